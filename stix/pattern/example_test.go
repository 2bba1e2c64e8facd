package pattern_test

import (
	"fmt"

	"github.com/cordon-project/cordon/stix/pattern"
)

func ExampleComparisons() {
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
