package batch_test

import (
	"fmt"
	"io"
	"runtime"
	"testing"
)

// manyRows is an input of n rows that is nowhere in memory.
type manyRows struct {
	n, at int
	rest  []byte
}

func (m *manyRows) Read(p []byte) (int, error) {
	if len(m.rest) == 0 {
		if m.at > m.n {
			return 0, io.EOF
		}
		for range 500 {
			switch {
			case m.at == 0:
				m.rest = append(m.rest, "reference,name,dob,country,passport\n"...)
			case m.at <= m.n:
				m.rest = fmt.Appendf(m.rest, "C-%d,\"KIM, Sang %d\",19%02d-12-05,KP,PS%d\n", m.at, m.at, m.at%100, m.at)
			}
			m.at++
		}
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	if len(m.rest) == 0 {
		m.rest = nil
	}
	return n, nil
}

// heap watches the memory in use.
type heap struct {
	b    *testing.B
	n    int
	most uint64
}

func (h *heap) look(int64, int64) {
	if h.n++; h.n%100_000 != 0 {
		return
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	h.most = max(h.most, m.HeapAlloc)
}
