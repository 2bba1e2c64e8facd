package accounts

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/auth"
	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/policy"
)

// Auth is cordon auth: who may use the node.
type Auth struct {
	Org      orgCmd      `cmd:"" help:"Organisations whose people and programs have accounts."`
	Person   personCmd   `cmd:"" help:"People."`
	Program  programCmd  `cmd:"" help:"Programs, which come with a key or a certificate."`
	Role     roleCmd     `cmd:"" help:"Give roles and take them: reader, analyst, releaser, screener, case-officer, auditor, admin."`
	Clear    clearCmd    `cmd:"" help:"Set up to which level an account sees, and which markings it holds."`
	Key      keyCmd      `cmd:"" help:"API keys of programs."`
	Cert     certCmd     `cmd:"" help:"Client certificates of programs."`
	Sessions sessionsCmd `cmd:"" help:"End all sessions of a person."`
}

type orgCmd struct {
	Add     orgAddCmd     `cmd:"" help:"Add an organisation."`
	List    orgListCmd    `cmd:"" help:"Show the organisations."`
	Disable orgDisableCmd `cmd:"" help:"Keep an organisation out, with all of its accounts."`
	Enable  orgEnableCmd  `cmd:"" help:"Let it in again."`
}

type orgAddCmd struct {
	Name      string `arg:"" help:"Name."`
	Identity  string `help:"Id of its STIX identity: what it made it sees up to amber+strict." placeholder:"ID"`
	Clearance string `help:"The highest level that any of its accounts can have." default:"clear" placeholder:"TLP"`
	Reason    string `help:"Why." placeholder:"TEXT"`
}

func (c *orgAddCmd) Run(a *run.App) error {
	return a.With(func(n *node.Connection) error {
		o, err := n.AddOrganisation(a.Ctx, auth.NewOrganisation{Name: c.Name, Identity: c.Identity, Clearance: c.Clearance, Reason: c.Reason})
		if err != nil {
			return err
		}
		return a.Out(o, func(w io.Writer) { orgText(w, o) })
	})
}

func orgText(w io.Writer, o auth.Organisation) {
	fmt.Fprintf(w, "%s  %s  %s, up to %s", o.ID, run.Plain(o.Name), o.State, o.Clearance)
	if o.Identity != "" {
		fmt.Fprintf(w, "  %s", o.Identity)
	}
	fmt.Fprintln(w)
}

type orgListCmd struct{}

func (orgListCmd) Run(a *run.App) error {
	return a.With(func(n *node.Connection) error {
		all, err := n.Organisations(a.Ctx)
		if err != nil {
			return err
		}
		return a.Out(all, func(w io.Writer) {
			if len(all) == 0 {
				fmt.Fprintln(w, "No organisation is here.")
			}
			for _, o := range all {
				orgText(w, o)
			}
		})
	})
}

type orgDisableCmd struct {
	ID     string `arg:"" help:"Id or name."`
	Reason string `required:"" help:"Why." placeholder:"TEXT"`
}

func (c *orgDisableCmd) Run(a *run.App) error { return setOrg(a, c.ID, auth.Disabled, c.Reason) }

type orgEnableCmd struct {
	ID     string `arg:"" help:"Id or name."`
	Reason string `required:"" help:"Why." placeholder:"TEXT"`
}

func (c *orgEnableCmd) Run(a *run.App) error { return setOrg(a, c.ID, auth.Active, c.Reason) }

func setOrg(a *run.App, id string, to auth.State, reason string) error {
	return a.With(func(n *node.Connection) error {
		if err := n.SetOrganisation(a.Ctx, id, to, reason); err != nil {
			return err
		}
		return a.Out(map[string]string{"state": string(to)}, func(w io.Writer) { fmt.Fprintf(w, "%s is %s\n", run.Plain(id), to) })
	})
}

// newAccount are the flags of an account that is added.
type newAccount struct {
	Name      string      `arg:"" help:"Name, as others will see it."`
	Org       string      `help:"Id or name of the organisation." placeholder:"ORG"`
	Role      []auth.Role `help:"Roles; none without it." placeholder:"ROLE,…"`
	Clearance string      `help:"Up to which level it sees." default:"clear" placeholder:"TLP"`
	Holds     []string    `help:"Ids of marking definitions that it holds." placeholder:"ID,…"`
	Reason    string      `help:"Why." placeholder:"TEXT"`
}

func (c *newAccount) add(a *run.App, kind auth.Kind, more func(*auth.NewAccount)) error {
	x := auth.NewAccount{Name: c.Name, Org: c.Org, Roles: c.Role, Clearance: c.Clearance, Holds: c.Holds, Reason: c.Reason}
	more(&x)
	return shown(a, func(n *node.Connection) (auth.Account, error) { return n.AddAccount(a.Ctx, kind, x) })
}

// shown does something to an account and shows it.
func shown(a *run.App, do func(*node.Connection) (auth.Account, error)) error {
	return a.With(func(n *node.Connection) error {
		x, err := do(n)
		if err != nil {
			return err
		}
		return a.Out(x, func(w io.Writer) { accountText(w, x) })
	})
}

func accountText(w io.Writer, x auth.Account) {
	fmt.Fprintf(w, "%s  %s  %s, cleared to %s\n", x.ID, run.Plain(x.Name), x.State, x.Clearance)
	roles := "none, so it may do nothing"
	if len(x.Roles) > 0 {
		var all []string
		for _, r := range x.Roles {
			all = append(all, string(r))
		}
		roles = strings.Join(all, ", ")
	}
	fmt.Fprintf(w, "  roles        %s\n", roles)
	for _, l := range x.Logins {
		fmt.Fprintf(w, "  sign-in      %s at %s\n", run.Plain(l.Subject), run.Plain(l.Issuer))
	}
	for _, k := range x.Passkeys {
		fmt.Fprintf(w, "  passkey      %s  %s%s\n", k.ID, run.Plain(k.Name), ended(k.Ended))
	}
	for _, k := range x.Keys {
		keyText(w, k)
	}
	for _, c := range x.Certificates {
		fmt.Fprintf(w, "  certificate  %s%s\n", run.Plain(c.Names), ended(c.Ended))
	}
}

func ended(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return "  revoked " + t.UTC().Format(time.DateOnly)
}

func keyText(w io.Writer, k auth.Key) {
	fmt.Fprintf(w, "  key          %s", k.ID)
	if k.Name != "" {
		fmt.Fprintf(w, "  %s", run.Plain(k.Name))
	}
	fmt.Fprintf(w, "  until %s", k.Ends.UTC().Format(time.DateOnly))
	for _, p := range k.Purposes {
		fmt.Fprintf(w, " for %s", p)
	}
	for _, c := range k.Collections {
		fmt.Fprintf(w, " of %s", run.Plain(c))
	}
	if !k.LastUsed.IsZero() {
		fmt.Fprintf(w, "  last used %s", k.LastUsed.UTC().Format(time.DateTime))
	}
	fmt.Fprintln(w, ended(k.Ended))
}

func list(a *run.App, kind auth.Kind) error {
	return a.With(func(n *node.Connection) error {
		all, err := n.Accounts(a.Ctx, kind)
		if err != nil {
			return err
		}
		return a.Out(all, func(w io.Writer) {
			if len(all) == 0 {
				fmt.Fprintf(w, "No %s is here.\n", kind)
			}
			for _, x := range all {
				accountText(w, x)
			}
		})
	})
}

type personCmd struct {
	Add     personAddCmd  `cmd:"" help:"Add a person. Their first passkey is registered with a one-time link, or they come by the identity provider."`
	List    personListCmd `cmd:"" help:"Show the people with their roles and passkeys."`
	Disable disableCmd    `cmd:"" help:"Keep a person out and end their sessions."`
	Enable  enableCmd     `cmd:"" help:"Let them in again."`
}

type personAddCmd struct {
	newAccount
	Issuer  string `help:"The identity provider that knows them." placeholder:"URL"`
	Subject string `help:"Who they are there." placeholder:"ID"`
}

func (c *personAddCmd) Run(a *run.App) error {
	return c.add(a, auth.Person, func(x *auth.NewAccount) {
		if c.Issuer != "" || c.Subject != "" {
			x.Login = &auth.Login{Issuer: c.Issuer, Subject: c.Subject}
		}
	})
}

type personListCmd struct{}

func (personListCmd) Run(a *run.App) error { return list(a, auth.Person) }

type programCmd struct {
	Add     programAddCmd  `cmd:"" help:"Add a program."`
	List    programListCmd `cmd:"" help:"Show the programs with their roles, keys and certificates."`
	Disable disableCmd     `cmd:"" help:"Keep a program out, with all its keys."`
	Enable  enableCmd      `cmd:"" help:"Let it in again."`
}

type programAddCmd struct{ newAccount }

func (c *programAddCmd) Run(a *run.App) error {
	return c.add(a, auth.Program, func(*auth.NewAccount) {})
}

type programListCmd struct{}

func (programListCmd) Run(a *run.App) error { return list(a, auth.Program) }

// changed changes an account and shows it.
func changed(a *run.App, id string, c auth.AccountChange) error {
	return shown(a, func(n *node.Connection) (auth.Account, error) { return n.ChangeAccount(a.Ctx, id, c) })
}

type disableCmd struct {
	ID     string `arg:"" help:"Id or name."`
	Reason string `required:"" help:"Why." placeholder:"TEXT"`
}

func (c *disableCmd) Run(a *run.App) error {
	return changed(a, c.ID, auth.AccountChange{State: auth.Disabled, Reason: c.Reason})
}

type enableCmd struct {
	ID     string `arg:"" help:"Id."`
	Reason string `required:"" help:"Why." placeholder:"TEXT"`
}

func (c *enableCmd) Run(a *run.App) error {
	return changed(a, c.ID, auth.AccountChange{State: auth.Active, Reason: c.Reason})
}

type roleCmd struct {
	Grant  grantCmd  `cmd:"" help:"Give roles to an account; its sessions end."`
	Revoke revokeCmd `cmd:"" help:"Take roles from an account; its sessions end."`
}

type grantCmd struct {
	ID     string      `arg:"" help:"Id or name."`
	Role   []auth.Role `arg:"" help:"Roles."`
	Reason string      `help:"Why." placeholder:"TEXT"`
}

func (c *grantCmd) Run(a *run.App) error {
	return changed(a, c.ID, auth.AccountChange{Grant: c.Role, Reason: c.Reason})
}

type revokeCmd struct {
	ID     string      `arg:"" help:"Id or name."`
	Role   []auth.Role `arg:"" help:"Roles."`
	Reason string      `help:"Why." placeholder:"TEXT"`
}

func (c *revokeCmd) Run(a *run.App) error {
	return changed(a, c.ID, auth.AccountChange{Revoke: c.Role, Reason: c.Reason})
}

type clearCmd struct {
	ID     string   `arg:"" help:"Id or name."`
	Level  string   `arg:"" help:"clear, green, amber, amber+strict or red."`
	Holds  []string `help:"Ids of the marking definitions that it holds, all of them; unchanged without it." placeholder:"ID,…"`
	Reason string   `help:"Why." placeholder:"TEXT"`
}

func (c *clearCmd) Run(a *run.App) error {
	x := auth.AccountChange{Clearance: c.Level, Reason: c.Reason}
	if c.Holds != nil {
		x.Holds = &c.Holds
	}
	return changed(a, c.ID, x)
}

type keyCmd struct {
	Create keyCreateCmd `cmd:"" help:"Make a key for a program. It is printed once."`
	List   keyListCmd   `cmd:"" help:"Show the keys of all programs."`
	Revoke keyRevokeCmd `cmd:"" help:"End a key at once."`
}

type keyCreateCmd struct {
	Program    string           `arg:"" help:"Id or name."`
	Name       string           `help:"What the key is for." placeholder:"TEXT"`
	Role       []auth.Role      `help:"Of the program's roles; all of them without it." placeholder:"ROLE,…"`
	Purpose    []policy.Purpose `help:"For these purposes only: reading, network-defence, screening, law-enforcement, exchange." placeholder:"PURPOSE,…"`
	Collection []string         `help:"Of these collections only." placeholder:"ID,…"`
	Days       int              `help:"Days until it ends, at most 400." default:"90"`
	Reason     string           `help:"Why." placeholder:"TEXT"`
}

func (c *keyCreateCmd) Run(a *run.App) error {
	return a.With(func(n *node.Connection) error {
		k, err := n.MakeKey(a.Ctx, api.NewKey{Program: c.Program, Name: c.Name, Roles: c.Role, Purposes: c.Purpose, Collections: c.Collection, Days: c.Days, Reason: c.Reason})
		if err != nil {
			return err
		}
		return a.Out(k, func(w io.Writer) {
			fmt.Fprintln(w, k.Secret)
			if !a.Quiet {
				fmt.Fprintf(a.Streams.Err, "This is key %s. It is not kept and cannot be shown again. It ends on %s.\n", k.Key.ID, k.Key.Ends.UTC().Format(time.DateOnly))
			}
		})
	})
}

type keyListCmd struct{}

func (keyListCmd) Run(a *run.App) error {
	return a.With(func(n *node.Connection) error {
		all, err := n.Accounts(a.Ctx, auth.Program)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(x auth.Account) bool { return len(x.Keys) == 0 })
		return a.Out(all, func(w io.Writer) {
			if len(all) == 0 {
				fmt.Fprintln(w, "No key is here.")
			}
			for _, x := range all {
				fmt.Fprintf(w, "%s  %s\n", x.ID, run.Plain(x.Name))
				for _, k := range x.Keys {
					keyText(w, k)
				}
			}
		})
	})
}

type keyRevokeCmd struct {
	ID     string `arg:"" help:"Id of the key: the ten letters behind cordon_."`
	Reason string `required:"" help:"Why." placeholder:"TEXT"`
}

func (c *keyRevokeCmd) Run(a *run.App) error {
	return shown(a, func(n *node.Connection) (auth.Account, error) { return n.RevokeKey(a.Ctx, c.ID, c.Reason) })
}

type certCmd struct {
	Bind   certBindCmd   `cmd:"" help:"Let who shows a client certificate be a program."`
	Revoke certRevokeCmd `cmd:"" help:"Take a certificate from its program."`
}

type certBindCmd struct {
	Program string `arg:"" help:"Id or name."`
	Names   string `arg:"" help:"sha256: and its fingerprint, its SPIFFE id, or subject: and its whole subject."`
	Reason  string `help:"Why." placeholder:"TEXT"`
}

func (c *certBindCmd) Run(a *run.App) error {
	return shown(a, func(n *node.Connection) (auth.Account, error) {
		return n.BindCertificate(a.Ctx, c.Program, c.Names, c.Reason)
	})
}

type certRevokeCmd struct {
	Names  string `arg:"" help:"As it was bound."`
	Reason string `required:"" help:"Why." placeholder:"TEXT"`
}

func (c *certRevokeCmd) Run(a *run.App) error {
	return shown(a, func(n *node.Connection) (auth.Account, error) { return n.RevokeCertificate(a.Ctx, c.Names, c.Reason) })
}

type sessionsCmd struct {
	End sessionsEndCmd `cmd:"" help:"End all sessions of a person."`
}

type sessionsEndCmd struct {
	ID string `arg:"" help:"Id or name."`
}

func (c *sessionsEndCmd) Run(a *run.App) error {
	return a.With(func(n *node.Connection) error {
		if err := n.EndSessions(a.Ctx, c.ID); err != nil {
			return err
		}
		return a.Out(struct{}{}, func(w io.Writer) { fmt.Fprintf(w, "All sessions of %s have ended.\n", run.Plain(c.ID)) })
	})
}
