package ofac_test

import (
	"strings"
	"testing"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/lists/ofac"
)

// The seeds are the artificial files under testdata. Every target holds what
// liststest.Sound says: a version that is sound, or an error and nothing.

func FuzzOFAC(f *testing.F) {
	files := fixture(f)
	f.Add(files[0].Data, files[1].Data, files[2].Data)
	f.Add([]byte("1,\"A\",-0- ,\"CUBA\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"DOB 1.\"\r\n\x1a"), []byte("1,2,\"aka\",\"B\",-0- \r\n\x1a"), []byte("\x1a"))
	f.Fuzz(func(t *testing.T, sdn, alt, add []byte) {
		liststest.Sound(t, ofac.Reader{}, []listing.File{{Name: "sdn.csv", Data: sdn}})
		liststest.Sound(t, ofac.Reader{}, []listing.File{{Name: "sdn.csv", Data: sdn}, {Name: "alt.csv", Data: alt}, {Name: "add.csv", Data: add}})
	})
}

// FuzzOFACRemarks cuts a remark in two, as sdn.csv and sdn_comments.csv do, and
// holds that the whole of it is kept and no wallet of a bad form goes unnoted.
func FuzzOFACRemarks(f *testing.F) {
	f.Add("DOB 10 May 1978; alt. DOB 1951 to 1953; POB Wonsan, Korea, North; a.k.a. 'KID'; Linked To: EXAMPLE BANK", "; Gender Male")
	f.Add("Digital Currency Address - XBT 1A1zP1eP5QGefi2DMPTf", "TL5SLmv7DivfNa; alt. Digital Currency Address - ETH 0x1")
	f.Add("Passport A1 (Exampleland) issued 01 Jan 2010 expires 01 Jan 2015; (open; a.k.a. '", "X'; ;; .")
	f.Fuzz(func(t *testing.T, head, tail string) {
		if strings.ContainsAny(head+tail, "\"\r\n\x1a") || strings.TrimSpace(head) == "" || strings.TrimSpace(head) == "-0-" {
			t.Skip("the cell would end")
		}
		pad := head
		for n := len([]rune(pad)); n < 1000; n++ {
			pad = "x" + pad
		}
		sdn := "1,\"A\",\"individual\",\"CUBA\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"" + pad + "\"\r\n\x1a"
		more := "1,\"" + tail + ".\"\r\n\x1a"
		files := []listing.File{{Name: "sdn.csv", Data: []byte(sdn)}, {Name: "sdn_comments.csv", Data: []byte(more)}}
		liststest.Sound(t, ofac.Reader{}, files)
		v, err := listing.Read(t.Context(), ofac.Reader{}, files)
		if err != nil {
			return
		}
		p := v.Entries[0].Party
		if !strings.HasPrefix(p.Remarks, pad) || !strings.HasSuffix(p.Remarks, tail+".") {
			t.Fatalf("the remark is not whole: %q", p.Remarks)
		}
		for _, w := range p.Wallets {
			if w.Canonical == "" && w.Note == "" {
				t.Fatalf("no word on %+v", w)
			}
		}
	})
}
