package stix_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gowebpki/jcs"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/stixtest"
)

func TestJCSVectors(t *testing.T) {
	n := 0
	for _, row := range stixtest.Rows(t, "cti/stix/jcs-vectors.jsonl") {
		n++
		got, err := stix.CanonicalValue(row["input"])
		if err != nil {
			t.Fatal(err)
		}
		if hex.EncodeToString(got) != row.Str("canonical_utf8_hex") {
			t.Errorf("vector %d: %s", n, got)
		}
	}
	t.Logf("%d of %d vectors", n, n)
}

// TestNumbersAsECMAScript has the numbers of RFC 8785 appendix B and the borders
// between the two notations.
func TestNumbersAsECMAScript(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "-0": "0", "0.0": "0", "-0.0e5": "0", "1": "1", "-1": "-1", "10": "10", "1.0": "1", "1.50": "1.5",
		"1e2": "100", "1E400": "", "-1e400": "", "123456789012345": "123456789012345", "9007199254740991": "9007199254740991",
		"9007199254740993": "9007199254740992", "1e20": "100000000000000000000", "1e21": "1e+21", "1e-6": "0.000001",
		"1e-7": "1e-7", "0.00000123": "0.00000123", "5e-324": "5e-324", "1.7976931348623157e308": "1.7976931348623157e+308",
		"333333333.33333329": "333333333.3333333", "1424953923781206.2": "1424953923781206.2", "2e-10": "2e-10", "1e100": "1e+100",
		"999999999999999700000": "999999999999999700000", "999999999999999900000": "999999999999999900000", "01": "", "": "", "abc": "", "1.": "", "-": "", "+1": "", " 1": "", "1 ": "",
	} {
		got, err := stix.CanonicalValue(json.Number(in))
		if want == "" {
			if !errs.Is(err, errs.Invalid) {
				t.Errorf("%q: %s, %v; want an error", in, got, err)
			}
		} else if err != nil || string(got) != want {
			t.Errorf("%q: %s, %v; want %s", in, got, err, want)
		}
	}
}

func TestCanonicalTakesValuesThatCodeBuilds(t *testing.T) {
	o := stix.Object{
		"int": 5, "int64": int64(-7), "uint32": uint32(9), "float": 2.5, "strings": []string{"b", "a"}, "mixed": []any{nil, true, "x"},
		"map": map[string]any{"z": 1, "a": 2}, "pairs": map[string]string{"k": "v"}, "maps": []map[string]any{{"q": 1}}, "big": int64(1) << 60,
	}
	got, err := o.Canonical()
	want := `{"big":1152921504606847000,"float":2.5,"int":5,"int64":-7,"map":{"a":2,"z":1},"maps":[{"q":1}],"mixed":[null,true,"x"],"pairs":{"k":"v"},"strings":["b","a"],"uint32":9}`
	if err != nil || string(got) != want {
		t.Errorf("%s\n%v", got, err)
	}
}

func TestCanonicalRefusesWhatIsNoJSON(t *testing.T) {
	loop := map[string]any{}
	loop["self"] = loop
	for name, v := range map[string]any{
		"channel": make(chan int), "not a number": math.NaN(), "infinity": math.Inf(1), "invalid UTF-8": "a\xff",
		"invalid name": map[string]any{"\xff": 1}, "circle": loop, "in a list": []any{struct{}{}},
	} {
		if b, err := stix.CanonicalValue(v); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %s, %v", name, b, err)
		}
	}
}

// jsonValue draws any JSON value as Parse gives it.
func jsonValue(depth int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		kinds := 5
		if depth > 0 {
			kinds = 7
		}
		switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
		case 0:
			return nil
		case 1:
			return rapid.Bool().Draw(t, "bool")
		case 2:
			return rapid.StringOf(rapid.RuneFrom([]rune("ab\"\\/\b\f\n\r\t\x00\x1fé한漢\u2028\ue000\uffff😀𐐷"))).Draw(t, "string")
		case 3:
			return json.Number(rapid.StringMatching(`-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,6})?([eE][+-]?[0-9]{1,2})?`).Draw(t, "number"))
		case 4:
			return json.Number(rapid.StringMatching(`-?(0|[1-9][0-9]{0,17})`).Draw(t, "integer"))
		case 5:
			return rapid.SliceOfN(jsonValue(depth-1), 0, 4).Draw(t, "list")
		}
		return rapid.MapOfN(rapid.StringOf(rapid.RuneFrom([]rune("ab한\ue000\uffff😀𐐷\u00e9"))), jsonValue(depth-1), 0, 5).Draw(t, "map")
	})
}

// TestCanonicalAgreesWithAnotherImplementation compares with gowebpki/jcs.
func TestCanonicalAgreesWithAnotherImplementation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := stix.Object{"v": jsonValue(3).Draw(t, "value")}
		text, err := o.AppendJSON(nil)
		if err != nil {
			t.Fatal(err)
		}
		want, err := jcs.Transform(text)
		if err != nil {
			t.Skip("the other implementation refuses it")
		}
		got, err := o.Canonical()
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%s\n%s\n%v", got, want, err)
		}
	})
}

// TestRoundTrip: what AppendJSON writes, Parse reads back unchanged, and the
// canonical form does not change by being read.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := stix.Object{"v": jsonValue(4).Draw(t, "value")}
		text, err := o.AppendJSON(nil)
		if err != nil {
			t.Fatal(err)
		}
		back, err := stix.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(o, back); d != "" {
			t.Fatal(d)
		}
		first, err := o.Canonical()
		if err != nil {
			t.Skip("a number outside the range of a double")
		}
		again, err := stix.Parse(first)
		if err != nil {
			t.Fatal(err)
		}
		second, err := again.Canonical()
		if err != nil || !bytes.Equal(first, second) {
			t.Fatalf("%s\n%s\n%v", first, second, err)
		}
	})
}

// TestConstructedObjectsRoundTrip runs the objects that python-stix2 made.
func TestConstructedObjectsRoundTrip(t *testing.T) {
	n := 0
	stixtest.EachRow(t, "cti/stix/python-stix2-constructed-cases-2.1.jsonl", func(line []byte) {
		row := stixtest.Parse(t, string(line))
		o := stixtest.Member(t, row, "object")
		canonical, err := o.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		back, err := stix.Parse(canonical)
		if err != nil {
			t.Fatal(err)
		}
		again, err := back.Canonical()
		if err != nil || !bytes.Equal(canonical, again) {
			t.Errorf("the canonical form changed: %s", canonical)
		}
		text, err := o.AppendJSON(nil)
		if err != nil {
			t.Fatal(err)
		}
		var want struct{ Object any }
		var got any
		if json.Unmarshal(line, &want) != nil || json.Unmarshal(text, &got) != nil || !cmp.Equal(got, want.Object) {
			t.Errorf("written back differently: %s", text)
		}
		n++
	})
	t.Logf("%d objects", n)
}
