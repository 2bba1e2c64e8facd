package auth

// Counting replaces the sum that is computed of what is compared by one that counts how
// often it is.
func (s *Store) Counting(n *int) {
	sum := s.sum
	s.sum = func(b []byte) [32]byte { *n++; return sum(b) }
}
