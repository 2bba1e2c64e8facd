package web

import (
	"html/template"
	"maps"
	"testing"

	"github.com/cordon-project/cordon/web/say"
)

// What the tests of the whole site look into.

// Catalogues are the messages of every language.
func Catalogues(t testing.TB) map[string]*say.Catalogue { return catalogues(t) }

// Funcs are the functions of the templates.
func Funcs() map[string]any { return funcs(&say.Catalogue{}, nil) }

// Themes are the grounds that can be chosen.
func Themes() []string { return themes }

// Keys are what the keys of the keyboard do.
func Keys() (out []string) {
	for _, k := range keys {
		out = append(out, k.Does)
	}
	return out
}

// Types are the structs of all pages.
func Types(s *Server) map[string]any {
	out := map[string]any{}
	for _, room := range s.rooms {
		maps.Copy(out, room.Types)
	}
	return out
}

// Templates are the templates of all pages.
func Templates(s *Server) map[string]*template.Template { return s.pages["en"] }
