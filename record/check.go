package record

import (
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// Check reads an object as what Cordon's extensions say it is and validates it:
// every own type, an incident or party with its extension, and the provenance of
// any object. Objects without any of these pass. It is the check for objects
// that come from others; what stix/check says of the STIX part is its own
// matter.
func Check(o stix.Object) error {
	r := &reader{what: o.Type() + " " + o.ID()}
	if _ = wheresOf(r, o); r.err != nil {
		return r.err
	}
	if o.Ext(PartyExtension) != nil {
		return valid(PartyOf(o))
	}
	switch o.Type() {
	case "incident":
		if o.Ext(IncidentExtension) == nil {
			return nil
		}
		return valid(IncidentOf(o))
	case DesignationType:
		return valid(DesignationOf(o))
	case ListVersionType:
		return valid(ListVersionOf(o))
	case ClaimType:
		return valid(ClaimOf(o))
	case EstimateType:
		return valid(EstimateOf(o))
	case LossType:
		return valid(LossOf(o))
	case InstrumentType:
		return valid(InstrumentOf(o))
	case MeetingType:
		return valid(MeetingOf(o))
	case CommitmentType:
		return valid(CommitmentOf(o))
	case RedFlagType:
		return valid(RedFlagOf(o))
	case SamePartyType:
		return valid(SamePartyOf(o))
	}
	return nil
}

func valid(v interface{ Validate() error }, err error) error {
	if err != nil {
		return err
	}
	if err := v.Validate(); err != nil {
		if errs.Is(err, errs.Invalid) {
			return err
		}
		return errs.New(errs.Invalid, "the object breaks a rule of its type").Because(err)
	}
	return nil
}
