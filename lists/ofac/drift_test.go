package ofac_test

import (
	"testing"

	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/lists/ofac"
)

func TestDamagedTablesAreRefused(t *testing.T) {
	t.Run("sdn.csv", liststest.Table{
		Reader: ofac.Reader{}, Files: fixture(t), File: "/sdn.csv", Sep: ',',
		Swaps: [][2]int{{0, 1}, {0, 2}, {0, 11}, {1, 2}, {1, 3}, {1, 4}, {1, 11}, {2, 3}, {2, 4}, {2, 5}, {2, 9}, {2, 11}, {3, 4}, {3, 11}, {4, 5}, {4, 9}, {4, 11}, {6, 7}, {7, 9}, {8, 9}, {9, 11}, {10, 11}},
	}.Refusals)
	t.Run("alt.csv", liststest.Table{
		Reader: ofac.Reader{}, Files: fixture(t), File: "alt.csv", Sep: ',',
		Swaps: [][2]int{{0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}, {2, 4}, {3, 4}},
	}.Refusals)
	t.Run("add.csv", liststest.Table{
		Reader: ofac.Reader{}, Files: fixture(t), File: "add.csv", Sep: ',',
		Swaps: [][2]int{{0, 2}, {0, 3}, {0, 4}, {1, 2}, {1, 3}, {1, 4}, {0, 5}},
	}.Refusals)
}

func TestDamagedRealTablesAreRefused(t *testing.T) {
	t.Run("sdn.csv", liststest.Table{
		Reader: ofac.Reader{}, Files: liststest.Real(t, liststest.OFACSDN), File: "sdn.csv", Sep: ',',
		Swaps: [][2]int{{0, 1}, {0, 2}, {0, 11}, {1, 2}, {1, 3}, {1, 4}, {1, 11}, {2, 3}, {2, 4}, {2, 5}, {2, 9}, {2, 11}, {3, 4}, {3, 11}, {4, 5}, {4, 9}, {4, 11}, {6, 7}, {7, 9}, {8, 9}, {9, 11}, {10, 11}},
	}.Refusals)
	t.Run("alt.csv", liststest.Table{
		Reader: ofac.Reader{}, Files: liststest.Real(t, liststest.OFACSDN, liststest.OFACAlt), File: "alt.csv", Sep: ',',
		Swaps: [][2]int{{0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}, {2, 4}, {3, 4}},
	}.Refusals)
	t.Run("add.csv", liststest.Table{
		Reader: ofac.Reader{}, Files: liststest.Real(t, liststest.OFACSDN, liststest.OFACAdd), File: "add.csv", Sep: ',',
		Swaps: [][2]int{{0, 2}, {0, 3}, {0, 4}, {1, 2}, {1, 3}, {1, 4}, {0, 5}},
	}.Refusals)
}

// TestRenumberedCategoriesAreRefused changes the values of closed columns.
func TestRenumberedCategoriesAreRefused(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to string
		column   int
	}{
		{"type of an entry", `,"individual",`, `,"1",`, 3},
		{"type in capitals", `,"vessel",`, `,"Vessel",`, 3},
		{"type of an alias", `,"aka",`, `,"1",`, 3},
		{"a programme with a stray bracket", `"DPRK3"`, `"[DPRK3]"`, 4},
		{"a title for a company", "105,\"NOTHING MORE LTD\",-0- ,\"CUBA\",-0- ", "105,\"NOTHING MORE LTD\",-0- ,\"CUBA\",\"Director\"", 5},
		{"a flag for a company", "105,\"NOTHING MORE LTD\",-0- ,\"CUBA\",-0- ,-0- ", "105,\"NOTHING MORE LTD\",-0- ,\"CUBA\",-0- ,\"EXA2\"", 6},
		{"a remark without its end", `Example Air; Aircraft Manufacturer's Serial Number (MSN) 0001."`, `Example"`, 12},
		{"a number with a letter", "103,", "I03,", 1},
		{"a number with a leading nought", "103,", "0103,", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := liststest.Refused(t, ofac.Reader{}, liststest.Replaced(t, fixture(t), c.from, c.to))
			if d.Row == 0 || d.Column != c.column {
				t.Errorf("want column %d: %v", c.column, d)
			}
		})
	}
}

func TestCutFilesAreRefused(t *testing.T) {
	for _, name := range []string{"/sdn.csv", "alt.csv", "add.csv"} {
		liststest.Cuts(t, ofac.Reader{}, fixture(t), name, nil)
	}
}

func TestAnyByteChanged(t *testing.T) { liststest.AnyByte(t, ofac.Reader{}, fixture(t)) }
