package stix_test

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/pattern"
)

func ExampleCheck() {
	o, err := stix.Parse([]byte(`{"type":"identity","spec_version":"2.1","id":"malware--11111111-1111-4111-8111-111111111111",
		"created":"2026-01-02T03:04:05.000Z","modified":"2026-01-02T03:04:05.000Z"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range stix.Broken(stix.Check(o, stix.Lenient)) {
		fmt.Printf("%s %s %q\n", f.Rule, f.Section, f.Path)
	}
	// Output:
	// required-property 4.5 ""
	// identifier-prefix 2.9 "/id"
}

func ExampleReader() {
	bundle := `{"objects":[{"type":"note"},{"type":"note","type":"x"},{"type":"tool"}],"type":"bundle"}`
	r := stix.NewReader(strings.NewReader(bundle), stix.ReaderOptions{})
	for {
		item, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		if item.Err != nil {
			fmt.Println(item.Path, "refused")
			continue
		}
		fmt.Println(item.Path, item.Object.Type())
	}
	// Output:
	// /objects/0 note
	// /objects/1 refused
	// /objects/2 tool
}

func ExampleObject_Canonical() {
	o := stix.Object{"value": "198.51.100.3", "type": "ipv4-addr", "x_score": 1.50}
	b, err := o.Canonical()
	fmt.Println(string(b), err)
	// Output:
	// {"type":"ipv4-addr","value":"198.51.100.3","x_score":1.5} <nil>
}

func ExampleSCOID() {
	id, ok, err := stix.SCOID(stix.Object{"type": "ipv4-addr", "value": "198.51.100.3"})
	fmt.Println(id, ok, err)
	// Output:
	// ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4 true <nil>
}

func Example_patternTriples() {
	comparisons, err := pattern.Comparisons("[domain-name:value = 'example.org' OR url:value LIKE 'https://example.net/%']")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range comparisons {
		fmt.Println(c.ObjectPath(), c.Operator, c.Values[0].Text)
	}
	// Output:
	// domain-name:value = example.org
	// url:value LIKE https://example.net/%
}
