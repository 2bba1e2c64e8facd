package stix_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/stixtest"
)

func TestParseRefuses(t *testing.T) {
	deep := strings.Repeat(`{"a":`, stix.MaxDepth+1) + "1" + strings.Repeat("}", stix.MaxDepth+1)
	deepList := `{"a":` + strings.Repeat("[", stix.MaxDepth+1) + strings.Repeat("]", stix.MaxDepth+1) + "}"
	for name, in := range map[string]string{
		"nothing": "", "space": " \n", "a list": "[]", "a string": `"a"`, "a number": "1", "null": "null",
		"duplicate name": `{"type":"a","type":"b"}`, "duplicate name by escape": `{"type":1,"ty\u0070e":2}`,
		"duplicate inside": `{"a":[{"b":1,"b":1}]}`, "invalid UTF-8": "{\"a\":\"\xff\"}", "invalid UTF-8 in a name": "{\"\xc0\xaf\":1}",
		"encoded surrogate": "{\"a\":\"\xed\xa0\x80\"}", "lone high surrogate": `{"a":"\ud800"}`, "lone low surrogate": `{"a":"\udc00"}`,
		"surrogates in the wrong order": `{"a":"\udc00\ud800"}`, "high surrogate and a letter": `{"a":"\ud800x"}`,
		"high surrogate and an escape": `{"a":"\ud800\u0041"}`, "too deep": deep, "list too deep": deepList,
		"trailing data": `{} {}`, "trailing comma": `{"a":1,}`, "leading comma": `{,"a":1}`, "trailing comma in a list": `{"a":[1,]}`,
		"no colon": `{"a" 1}`, "no comma": `{"a":1 "b":2}`, "no quotes": `{a:1}`, "single quotes": `{'a':1}`, "cut": `{"a":"b`,
		"cut in an object": `{"a":1`, "cut in a list": `{"a":[1`, "cut after a comma": `{"a":1,`, "cut escape": `{"a":"\`, "cut \\u": `{"a":"\u12`,
		"unknown escape": `{"a":"\x"}`, "bad \\u": `{"a":"\u12g4"}`, "control character": "{\"a\":\"\n\"}", "control after an escape": "{\"a\":\"\\n\n\"}",
		"leading zero": `{"a":01}`, "plus": `{"a":+1}`, "no digits": `{"a":-}`, "no fraction": `{"a":1.}`, "no exponent": `{"a":1e}`,
		"dot first": `{"a":.5}`, "infinity": `{"a":Infinity}`, "NaN": `{"a":NaN}`, "literal cut": `{"a":tru}`, "literal wrong": `{"a":nil}`,
		"comment": `{"a":1/**/}`, "byte order mark": "\ufeff{}", "number glued": `{"a":1true}`,
	} {
		o, err := stix.Parse([]byte(in))
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v, %v", name, o, err)
		}
	}
}

func TestParseKeepsEverything(t *testing.T) {
	in := " {\"type\":\"x\",\"n\":[0,-0,1.50,1e5,12345678901234567890,-2.5E-3],\"s\":\"\\u00e9\\ud83d\\ude00\\\"\\\\\\/\\b\\f\\n\\r\\t\",\"o\":{},\"l\":[],\"t\":true,\"f\":false,\"z\":null,\"한\":\"글\"}\r\n\t"
	got := stixtest.Parse(t, in)
	want := stix.Object{
		"type": "x", "n": []any{json.Number("0"), json.Number("-0"), json.Number("1.50"), json.Number("1e5"), json.Number("12345678901234567890"), json.Number("-2.5E-3")},
		"s": "é😀\"\\/\b\f\n\r\t", "o": map[string]any{}, "l": []any{}, "t": true, "f": false, "z": nil, "한": "글",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%#v", got)
	}
	exact := strings.Repeat(`{"a":`, stix.MaxDepth-1) + "{}" + strings.Repeat("}", stix.MaxDepth-1)
	if _, err := stix.Parse([]byte(exact)); err != nil {
		t.Errorf("at the limit of depth: %v", err)
	}
}

func TestParseErrorSaysWhere(t *testing.T) {
	_, err := stix.Parse([]byte(`{"type":"a","name":"b","type":"c"}`))
	if err == nil || !strings.Contains(err.Error(), `"type"`) || !strings.Contains(err.Error(), "byte 33") {
		t.Errorf("the error does not name the property and the place: %v", err)
	}
}

func TestObjectInStandardJSON(t *testing.T) {
	var v struct{ One, None stix.Object }
	if err := json.Unmarshal([]byte(`{"One":{"b":1.50,"a":[]},"None":null}`), &v); err != nil || v.None != nil {
		t.Fatal(err, v.None)
	}
	b, err := json.Marshal(v)
	if err != nil || string(b) != `{"One":{"a":[],"b":1.50},"None":null}` {
		t.Errorf("%s, %v", b, err)
	}
	if err := json.Unmarshal([]byte(`{"One":{"a":1,"a":2}}`), &v); err == nil {
		t.Error("a duplicate name was read")
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`{"type":"identity","n":[1,-2.5e3,null,true],"s":"\u00e9\ud83d\ude00"}`, `{"a":{"b":[[]]}}`, `{"a":1,"a":2}`, `[1]`, `{"a":"\ud800"}`, "{\"a\":\"\xff\"}",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := stix.Parse(data)
		if err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Fatalf("an error of kind %s", errs.KindOf(err))
			}
			return
		}
		var std map[string]any
		if err := json.Unmarshal(data, &std); err != nil {
			t.Fatalf("the standard library refuses what Parse takes: %v", err)
		}
		text, err := o.AppendJSON(nil)
		if err != nil {
			t.Fatal(err)
		}
		back, err := stix.Parse(text)
		if err != nil || !reflect.DeepEqual(o, back) {
			t.Fatalf("%v: %s", err, text)
		}
		if c, err := o.Canonical(); err == nil {
			if _, err := stix.Parse(c); err != nil {
				t.Fatal(err)
			}
		}
	})
}
