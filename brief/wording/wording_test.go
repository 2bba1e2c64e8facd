package wording_test

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/brief/wording"
)

// texts lists every text by its path.
func texts(t *testing.T, lang string) map[string]string {
	t.Helper()
	w, ok := wording.Of(lang)
	if !ok {
		t.Fatalf("there is no %s", lang)
	}
	out := map[string]string{}
	v := reflect.ValueOf(*w)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		switch f := v.Field(i).Interface().(type) {
		case string:
			out[name] = f
		case map[string]string:
			for k, s := range f {
				out[name+"."+k] = s
			}
		default:
			l := v.Field(i)
			for j := range l.Len() {
				out[fmt.Sprintf("%s.%d", name, j)] = l.Index(j).String()
			}
		}
	}
	return out
}

var place = regexp.MustCompile(`\{\w+\}`)

// The three languages have the same texts with the same places, none of them empty.
func TestLanguagesAreEquals(t *testing.T) {
	english := texts(t, "en")
	for _, lang := range []string{"ja", "ko"} {
		other := texts(t, lang)
		for _, key := range slices.Sorted(maps.Keys(english)) {
			if strings.HasPrefix(key, "Months") || strings.HasPrefix(key, "DayForm") {
				continue // the forms of dates are each language's own
			}
			s, ok := other[key]
			if !ok || strings.TrimSpace(s) == "" {
				t.Errorf("%s: %s is missing", lang, key)
				continue
			}
			a, b := place.FindAllString(english[key], -1), place.FindAllString(s, -1)
			slices.Sort(a)
			slices.Sort(b)
			if !slices.Equal(slices.Compact(a), slices.Compact(b)) {
				t.Errorf("%s: %s has places %v, English %v", lang, key, b, a)
			}
		}
		for key := range other {
			if _, ok := english[key]; !ok {
				t.Errorf("%s has %s, which English does not have", lang, key)
			}
		}
	}
}

func TestDatesKeepTheirPrecision(t *testing.T) {
	for lang, want := range map[string][]string{
		"en": {"8 March 1975", "December 1975", "1975"},
		"ja": {"1975年3月8日", "1975年12月", "1975年"},
		"ko": {"1975년 3월 8일", "1975년 12월", "1975년"},
	} {
		w, _ := wording.Of(lang)
		for i, d := range []string{"1975-03-08", "1975-12", "1975"} {
			if got := w.Day(d); got != want[i] {
				t.Errorf("%s: %q is %q, want %q", lang, d, got, want[i])
			}
		}
		if w.Day("") != "" {
			t.Errorf("%s: no date is %q", lang, w.Day(""))
		}
	}
}

func TestPlacesAreFilledOnce(t *testing.T) {
	if got := wording.Fill("{0} and {1}", "{1}", "b"); got != "{1} and b" {
		t.Errorf("a text from outside was filled: %q", got)
	}
	if got := wording.Word(map[string]string{"a": "A"}, "z"); got != "z" {
		t.Errorf("a value without a word is %q", got)
	}
}
