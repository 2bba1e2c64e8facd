package node

import (
	"errors"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/policy"
)

// DefaultListen is where a node answers unless told: this machine only.
const DefaultListen = "127.0.0.1:8741"

// Config is how one node is set up. Every field has a working default; the file
// cordon.toml in the node's folder gives the same settings by the same names.
type Config struct {
	Home string `toml:"-"` // the node's folder

	// Name is the organisation or desk that runs the node, as others see it.
	Name string `toml:"name"`
	// Listen is host and port. A host other than loopback opens the node to the
	// network: put TLS in front of it and name the origins.
	Listen string `toml:"listen"`
	// Origins are the addresses, besides loopback, under which people reach the
	// node, e.g. "https://cordon.example.org".
	Origins []string `toml:"origins"`
	// Marking is what objects without a marking are taken to be: clear, green,
	// amber, amber+strict or red.
	Marking string `toml:"marking"`

	Fetch struct {
		// Private allows plain HTTP and addresses of one's own network.
		Private bool `toml:"private"`
		// MaxBytes is the largest file that is fetched; 0 for the default.
		MaxBytes int64 `toml:"max_bytes"`
	} `toml:"fetch"`

	// Sync gives other addresses for lists, by key: sync.ofac = ["https://…"].
	Sync map[string][]string `toml:"sync"`

	// Monitor is how customer books are watched over; see docs/monitoring.md.
	Monitor MonitorConfig `toml:"monitor"`

	// Auth is how people and programs prove who they are; see docs/auth.md.
	Auth AuthConfig `toml:"auth"`

	// TAXII is what the node gives to and takes from other programs; see
	// docs/taxii.md. Without collections there is no server.
	TAXII TAXIIConfig `toml:"taxii"`
}

// DefaultHome is the node's folder unless told: CORDON_HOME, or cordon in the
// user's folder for configuration.
func DefaultHome() (string, error) {
	if h := os.Getenv("CORDON_HOME"); h != "" {
		return h, nil
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", errs.New(errs.Unavailable, "this user has no folder for configuration").Because(err).
			WithHint("Name the node's folder with --home or CORDON_HOME.")
	}
	return filepath.Join(dir, "cordon"), nil
}

// ReadConfig returns the defaults with what cordon.toml in the folder says. A
// missing file or folder is no error; an unknown or unusable setting is
// errs.Invalid.
func ReadConfig(home string) (c Config, err error) {
	defer errs.Wrap(&err, "node.ReadConfig")
	c = Config{Home: home, Name: "Cordon", Listen: DefaultListen, Marking: "amber"}
	file := filepath.Join(home, "cordon.toml")
	meta, err := toml.DecodeFile(file, &c)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return c, nil
	case err != nil:
		return c, errs.New(errs.Invalid, "%s cannot be read", file).Because(err).WithHint("Correct it: %v.", err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return c, errs.New(errs.Invalid, "%s has a setting that Cordon does not know: %s", file, unknown[0]).
			WithHint("docs/operate.md names the settings.")
	}
	return c, c.Check()
}

// Check says what in the configuration cannot be used.
func (c Config) Check() error {
	if c.Home == "" {
		return errs.New(errs.Invalid, "the node has no folder").WithHint("Name it with --home or CORDON_HOME.")
	}
	if _, err := policy.ParseTLP(c.Marking); err != nil {
		return errs.New(errs.Invalid, "%q is no marking", c.Marking).WithHint("Use clear, green, amber, amber+strict or red.")
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return errs.New(errs.Invalid, "%q is not host and port", c.Listen).WithHint("For instance %s.", DefaultListen)
	}
	for _, o := range c.Origins {
		if u, err := url.Parse(o); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.Trim(u.Path, "/") != "" {
			return errs.New(errs.Invalid, "%q is not an origin", o).WithHint("For instance https://cordon.example.org, without a path.")
		}
	}
	for k := range c.Sync {
		if _, ok := lists.Find(k); !ok {
			return errs.New(errs.Invalid, "sync.%s: there is no such list", k).WithHint("cordon import --help names the lists.")
		}
	}
	if err := c.Auth.Check(); err != nil {
		return err
	}
	if err := c.TAXII.Check(); err != nil {
		return err
	}
	return c.Monitor.Check()
}

// Loopback reports whether the node answers this machine only.
func (c Config) Loopback() bool {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
