package stream_test

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/cordon-project/cordon/stix/stream"
)

func ExampleReader() {
	bundle := `{"objects":[{"type":"note"},{"type":"note","type":"x"},{"type":"tool"}],"type":"bundle"}`
	r := stream.NewReader(strings.NewReader(bundle), stream.ReaderOptions{})
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
