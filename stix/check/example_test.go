package check_test

import (
	"fmt"

	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/check"
)

func ExampleObject() {
	o, err := stix.Parse([]byte(`{"type":"identity","spec_version":"2.1","id":"malware--11111111-1111-4111-8111-111111111111",
		"created":"2026-01-02T03:04:05.000Z","modified":"2026-01-02T03:04:05.000Z"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range check.Broken(check.Object(o, check.Lenient)) {
		fmt.Printf("%s %s %q\n", f.Rule, f.Section, f.Path)
	}
	// Output:
	// required-property 4.5 ""
	// identifier-prefix 2.9 "/id"
}
