package stix_test

import (
	"fmt"

	"github.com/cordon-project/cordon/stix"
)

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
