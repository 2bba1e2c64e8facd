package spec

// typeTable states the property tables of sections 2 and 4 to 8, one block a
// type. It is read by [tables]. A block starts with
//
//	<class> <name> <section>
//
// where class is sdo, sro, sco, smo (meta), bundle, struct (a data type that is
// part of objects) or ext (a predefined extension; the type that it extends
// follows the section). Then come the properties, "!" marking required ones,
//
//	name! type
//
// with the types string, boolean, integer, float (both with a range "0..100"),
// timestamp, identifier, hex, binary, hashes, dictionary (its value types after
// a colon), ref (its targets after a colon; @sdo, @sco and @sro are classes),
// enum and ov (the vocabulary after a colon), lang, url, any struct's name, and
// "list of" each. Lines with a colon first are rules between properties:
//
//	:any a b         at least one MUST be there
//	:one a b         exactly one MUST be there
//	:needs a b c     a MUST NOT be there without b and c
//	:order a <= b    a MUST NOT be later than b (or < : MUST be earlier)
//	:deprecated a    a is deprecated
const typeTable = `
struct external-reference 2.5
source_name!        string
description         string
url                 url
hashes              hashes
external_id         string
:any description url external_id

struct kill-chain-phase 2.11
kill_chain_name!    string
phase_name!         string

struct granular-marking 7.2.3.1
lang                lang
marking_ref         ref:marking-definition
selectors!          list of string

sdo attack-pattern 4.1
name!               string
description         string
aliases             list of string
kill_chain_phases   list of kill-chain-phase

sdo campaign 4.2
name!               string
description         string
aliases             list of string
first_seen          timestamp
last_seen           timestamp
objective           string
:order first_seen <= last_seen

sdo course-of-action 4.3
name!               string
description         string

sdo grouping 4.4
name                string
description         string
context!            ov:grouping-context-ov
object_refs!        list of ref:@any

sdo identity 4.5
name!               string
description         string
roles               list of string
identity_class      ov:identity-class-ov
sectors             list of ov:industry-sector-ov
contact_information string

sdo incident 4.6
name!               string
description         string

sdo indicator 4.7
name                string
description         string
indicator_types     list of ov:indicator-type-ov
pattern!            string
pattern_type!       ov:pattern-type-ov
pattern_version     string
valid_from!         timestamp
valid_until         timestamp
kill_chain_phases   list of kill-chain-phase
:order valid_from < valid_until

sdo infrastructure 4.8
name!               string
description         string
infrastructure_types list of ov:infrastructure-type-ov
aliases             list of string
kill_chain_phases   list of kill-chain-phase
first_seen          timestamp
last_seen           timestamp
:order first_seen <= last_seen

sdo intrusion-set 4.9
name!               string
description         string
aliases             list of string
first_seen          timestamp
last_seen           timestamp
goals               list of string
resource_level      ov:attack-resource-level-ov
primary_motivation  ov:attack-motivation-ov
secondary_motivations list of ov:attack-motivation-ov
:order first_seen <= last_seen

sdo location 4.10
name                string
description         string
latitude            float -90..90
longitude           float -180..180
precision           float 0..
region              ov:region-ov
country             string
administrative_area string
city                string
street_address      string
postal_code         string
:any region country latitude
:needs latitude longitude
:needs longitude latitude
:needs precision latitude longitude

sdo malware 4.11
name                string
description         string
malware_types       list of ov:malware-type-ov
is_family!          boolean
aliases             list of string
kill_chain_phases   list of kill-chain-phase
first_seen          timestamp
last_seen           timestamp
operating_system_refs list of ref:software
architecture_execution_envs list of ov:processor-architecture-ov
implementation_languages list of ov:implementation-language-ov
capabilities        list of ov:malware-capabilities-ov
sample_refs         list of ref:artifact|file
:order first_seen <= last_seen

sdo malware-analysis 4.12
product!            string
version             string
host_vm_ref         ref:software
operating_system_ref ref:software
installed_software_refs list of ref:software
configuration_version string
modules             list of string
analysis_engine_version string
analysis_definition_version string
submitted           timestamp
analysis_started    timestamp
analysis_ended      timestamp
result_name         string
result              ov:malware-result-ov
analysis_sco_refs   list of ref:@sco
sample_ref          ref:artifact|file|network-traffic
:any result analysis_sco_refs

sdo note 4.13
abstract            string
content!            string
authors             list of string
object_refs!        list of ref:@any

sdo observed-data 4.14
first_observed!     timestamp
last_observed!      timestamp
number_observed!    integer 1..999999999
objects             observable-container
object_refs         list of ref:@sco|@sro
:one objects object_refs
:order first_observed <= last_observed
:deprecated objects

sdo opinion 4.15
explanation         string
authors             list of string
opinion!            enum:opinion-enum
object_refs!        list of ref:@any

sdo report 4.16
name!               string
description         string
report_types        list of ov:report-type-ov
published!          timestamp
object_refs!        list of ref:@any

sdo threat-actor 4.17
name!               string
description         string
threat_actor_types  list of ov:threat-actor-type-ov
aliases             list of string
first_seen          timestamp
last_seen           timestamp
roles               list of ov:threat-actor-role-ov
goals               list of string
sophistication      ov:threat-actor-sophistication-ov
resource_level      ov:attack-resource-level-ov
primary_motivation  ov:attack-motivation-ov
secondary_motivations list of ov:attack-motivation-ov
personal_motivations list of ov:attack-motivation-ov
:order first_seen <= last_seen

sdo tool 4.18
name!               string
description         string
tool_types          list of ov:tool-type-ov
aliases             list of string
kill_chain_phases   list of kill-chain-phase
tool_version        string

sdo vulnerability 4.19
name!               string
description         string

sro relationship 5.1
relationship_type!  string
description         string
source_ref!         ref:@sdo|@sco
target_ref!         ref:@sdo|@sco
start_time          timestamp
stop_time           timestamp
:order start_time < stop_time

sro sighting 5.2
description         string
first_seen          timestamp
last_seen           timestamp
count               integer 0..999999999
sighting_of_ref!    ref:@sdo
observed_data_refs  list of ref:observed-data
where_sighted_refs  list of ref:identity|location
summary             boolean
:order first_seen <= last_seen

sco artifact 6.1
mime_type           string
payload_bin         binary
url                 url
hashes              hashes
encryption_algorithm enum:encryption-algorithm-enum
decryption_key      string
:one payload_bin url
:needs url hashes
:needs decryption_key encryption_algorithm

sco autonomous-system 6.2
number!             integer
name                string
rir                 string

sco directory 6.3
path!               string
path_enc            charset
ctime               timestamp
mtime               timestamp
atime               timestamp
contains_refs       list of ref:file|directory

sco domain-name 6.4
value!              string
resolves_to_refs    list of ref:ipv4-addr|ipv6-addr|domain-name
:deprecated resolves_to_refs

sco email-addr 6.5
value!              string
display_name        string
belongs_to_ref      ref:user-account

sco email-message 6.6
is_multipart!       boolean
date                timestamp
content_type        string
from_ref            ref:email-addr
sender_ref          ref:email-addr
to_refs             list of ref:email-addr
cc_refs             list of ref:email-addr
bcc_refs            list of ref:email-addr
message_id          string
subject             string
received_lines      list of string
additional_header_fields dictionary:string|list
body                string
body_multipart      list of email-mime-part-type
raw_email_ref       ref:artifact

struct email-mime-part-type 6.6.2
body                string
body_raw_ref        ref:artifact|file
content_type        string
content_disposition string
:one body body_raw_ref

sco file 6.7
hashes              hashes
size                integer 0..
name                string
name_enc            charset
magic_number_hex    hex
mime_type           string
ctime               timestamp
mtime               timestamp
atime               timestamp
parent_directory_ref ref:directory
contains_refs       list of ref:@sco
content_ref         ref:artifact
:any hashes name

ext archive-ext 6.7.2 file
contains_refs!      list of ref:file|directory
comment             string

ext ntfs-ext 6.7.3 file
sid                 string
alternate_data_streams list of alternate-data-stream-type
:any sid alternate_data_streams

struct alternate-data-stream-type 6.7.3.2
name!               string
hashes              hashes
size                integer 0..

ext pdf-ext 6.7.4 file
version             string
is_optimized        boolean
document_info_dict  dictionary:string
pdfid0              string
pdfid1              string
:any version is_optimized document_info_dict pdfid0 pdfid1

ext raster-image-ext 6.7.5 file
image_height        integer
image_width         integer
bits_per_pixel      integer
exif_tags           dictionary:string|integer
:any image_height image_width bits_per_pixel exif_tags

ext windows-pebinary-ext 6.7.6 file
pe_type!            ov:windows-pebinary-type-ov
imphash             string
machine_hex         hex
number_of_sections  integer 0..
time_date_stamp     timestamp
pointer_to_symbol_table_hex hex
number_of_symbols   integer 0..
size_of_optional_header integer 0..
characteristics_hex hex
file_header_hashes  hashes
optional_header     windows-pe-optional-header-type
sections            list of windows-pe-section-type

struct windows-pe-optional-header-type 6.7.6.2
magic_hex           hex
major_linker_version integer
minor_linker_version integer
size_of_code        integer 0..
size_of_initialized_data integer 0..
size_of_uninitialized_data integer 0..
address_of_entry_point integer
base_of_code        integer
base_of_data        integer
image_base          integer
section_alignment   integer
file_alignment      integer
major_os_version    integer
minor_os_version    integer
major_image_version integer
minor_image_version integer
major_subsystem_version integer
minor_subsystem_version integer
win32_version_value_hex hex
size_of_image       integer 0..
size_of_headers     integer 0..
checksum_hex        hex
subsystem_hex       hex
dll_characteristics_hex hex
size_of_stack_reserve integer 0..
size_of_stack_commit integer 0..
size_of_heap_reserve integer 0..
size_of_heap_commit integer 0..
loader_flags_hex    hex
number_of_rva_and_sizes integer
hashes              hashes
:any *

struct windows-pe-section-type 6.7.6.3
name!               string
size                integer 0..
entropy             float
hashes              hashes

sco ipv4-addr 6.8
value!              string
resolves_to_refs    list of ref:mac-addr
belongs_to_refs     list of ref:autonomous-system
:deprecated resolves_to_refs belongs_to_refs

sco ipv6-addr 6.9
value!              string
resolves_to_refs    list of ref:mac-addr
belongs_to_refs     list of ref:autonomous-system
:deprecated resolves_to_refs belongs_to_refs

sco mac-addr 6.10
value!              string

sco mutex 6.11
name!               string

sco network-traffic 6.12
start               timestamp
end                 timestamp
is_active           boolean
src_ref             ref:ipv4-addr|ipv6-addr|mac-addr|domain-name
dst_ref             ref:ipv4-addr|ipv6-addr|mac-addr|domain-name
src_port            integer 0..65535
dst_port            integer 0..65535
protocols!          list of string
src_byte_count      integer 0..
dst_byte_count      integer 0..
src_packets         integer 0..
dst_packets         integer 0..
ipfix               dictionary:string|integer
src_payload_ref     ref:artifact
dst_payload_ref     ref:artifact
encapsulates_refs   list of ref:network-traffic
encapsulated_by_ref ref:network-traffic
:any src_ref dst_ref
:order start <= end

ext http-request-ext 6.12.2 network-traffic
request_method!     string
request_value!      string
request_version     string
request_header      dictionary:string|list
message_body_length integer 0..
message_body_data_ref ref:artifact

ext icmp-ext 6.12.3 network-traffic
icmp_type_hex!      hex
icmp_code_hex!      hex

ext socket-ext 6.12.4 network-traffic
address_family!     enum:network-socket-address-family-enum
is_blocking         boolean
is_listening        boolean
options             dictionary:integer
socket_type         enum:network-socket-type-enum
socket_descriptor   integer 0..
socket_handle       integer

ext tcp-ext 6.12.5 network-traffic
src_flags_hex       hex
dst_flags_hex       hex
:any src_flags_hex dst_flags_hex

sco process 6.13
is_hidden           boolean
pid                 integer
created_time        timestamp
cwd                 string
command_line        string
environment_variables dictionary
opened_connection_refs list of ref:network-traffic
creator_user_ref    ref:user-account
image_ref           ref:file
parent_ref          ref:process
child_refs          list of ref:process
:any * extensions

ext windows-process-ext 6.13.2 process
aslr_enabled        boolean
dep_enabled         boolean
priority            string
owner_sid           string
window_title        string
startup_info        dictionary
integrity_level     enum:windows-integrity-level-enum
:any *

ext windows-service-ext 6.13.3 process
service_name        string
descriptions        list of string
display_name        string
group_name          string
start_type          enum:windows-service-start-type-enum
service_dll_refs    list of ref:file
service_type        enum:windows-service-type-enum
service_status      enum:windows-service-status-enum
:any *

sco software 6.14
name!               string
cpe                 string
swid                string
languages           list of lang
vendor              string
version             string

sco url 6.15
value!              url

sco user-account 6.16
user_id             string
credential          string
account_login       string
account_type        ov:account-type-ov
display_name        string
is_service_account  boolean
is_privileged       boolean
can_escalate_privs  boolean
is_disabled         boolean
account_created     timestamp
account_expires     timestamp
credential_last_changed timestamp
account_first_login timestamp
account_last_login  timestamp
:any * extensions

ext unix-account-ext 6.16.2 user-account
gid                 integer
groups              list of string
home_dir            string
shell               string
:any *

sco windows-registry-key 6.17
key                 string
values              list of windows-registry-value-type
modified_time       timestamp
creator_user_ref    ref:user-account
number_of_subkeys   integer
:any *

struct windows-registry-value-type 6.17.2
name                string
data                string
data_type           enum:windows-registry-datatype-enum
:any *

sco x509-certificate 6.18
is_self_signed      boolean
hashes              hashes
version             string
serial_number       string
signature_algorithm string
issuer              string
validity_not_before timestamp
validity_not_after  timestamp
subject             string
subject_public_key_algorithm string
subject_public_key_modulus string
subject_public_key_exponent integer
x509_v3_extensions  x509-v3-extensions-type
:any * extensions

struct x509-v3-extensions-type 6.18.2
basic_constraints   string
name_constraints    string
policy_constraints  string
key_usage           string
extended_key_usage  string
subject_key_identifier string
authority_key_identifier string
subject_alternative_name string
issuer_alternative_name string
subject_directory_attributes string
crl_distribution_points string
inhibit_any_policy  string
private_key_usage_period_not_before timestamp
private_key_usage_period_not_after timestamp
certificate_policies string
policy_mappings     string
:any *

smo language-content 7.1
object_ref!         ref:@any
object_modified     timestamp
contents!           dictionary

smo marking-definition 7.2.1
name                string
definition_type     string
definition          dictionary

smo extension-definition 7.3
name!               string
description         string
schema!             string
version!            string
extension_types!    list of enum:extension-type-enum
extension_properties list of string

bundle bundle 8
objects             list of object
`

// commonTable states which common properties each class has (section 3.2). The
// block names are the classes.
const commonTable = `
struct sdo 3.2
type!               string
spec_version!       string
id!                 identifier
created_by_ref      ref:identity
created!            timestamp
modified!           timestamp
revoked             boolean
labels              list of string
confidence          integer 0..100
lang                lang
external_references list of external-reference
object_marking_refs list of ref:marking-definition
granular_markings   list of granular-marking
extensions          extensions
:order created <= modified

struct sco 3.2
type!               string
spec_version        string
id!                 identifier
object_marking_refs list of ref:marking-definition
granular_markings   list of granular-marking
defanged            boolean
extensions          extensions

struct extension-definition 3.2
type!               string
spec_version!       string
id!                 identifier
created_by_ref!     ref:identity
created!            timestamp
modified!           timestamp
revoked             boolean
labels              list of string
external_references list of external-reference
object_marking_refs list of ref:marking-definition
granular_markings   list of granular-marking
:order created <= modified

struct language-content 3.2
type!               string
spec_version!       string
id!                 identifier
created_by_ref      ref:identity
created!            timestamp
modified!           timestamp
revoked             boolean
labels              list of string
confidence          integer 0..100
external_references list of external-reference
object_marking_refs list of ref:marking-definition
granular_markings   list of granular-marking
extensions          extensions
:order created <= modified

struct marking-definition 3.2
type!               string
spec_version!       string
id!                 identifier
created_by_ref      ref:identity
created!            timestamp
external_references list of external-reference
object_marking_refs list of ref:marking-definition
granular_markings   list of granular-marking
extensions          extensions

struct bundle 8.1
type!               string
id!                 identifier
`

// vocabularyTable states the vocabularies of section 10: name, section, values.
// Names that end in -enum are enumerations (closed), the others are open.
const vocabularyTable = `
account-type-ov 10.1 facebook ldap nis openid radius skype tacacs twitter unix windows-local windows-domain kavi
attack-motivation-ov 10.2 accidental coercion dominance ideology notoriety organizational-gain personal-gain personal-satisfaction revenge unpredictable
attack-resource-level-ov 10.3 individual club contest team organization government
encryption-algorithm-enum 10.4 AES-256-GCM ChaCha20-Poly1305 mime-type-indicated
extension-type-enum 10.5 new-sdo new-sco new-sro property-extension toplevel-property-extension
grouping-context-ov 10.6 suspicious-activity malware-analysis unspecified
hash-algorithm-ov 10.7 MD5 SHA-1 SHA-256 SHA-512 SHA3-256 SHA3-512 SSDEEP TLSH
identity-class-ov 10.8 individual group system organization class unknown
implementation-language-ov 10.9 applescript bash c c++ c# go java javascript lua objective-c perl php powershell python ruby scala swift typescript visual-basic x86-32 x86-64
indicator-type-ov 10.10 anomalous-activity anonymization benign compromised malicious-activity attribution unknown
industry-sector-ov 10.11 agriculture aerospace automotive chemical commercial communications construction defense education energy entertainment financial-services government emergency-services government-local government-national government-public-services government-regional healthcare hospitality-leisure infrastructure dams nuclear water insurance manufacturing mining non-profit pharmaceuticals retail technology telecommunications transportation utilities
infrastructure-type-ov 10.12 amplification anonymization botnet command-and-control control-system exfiltration firewall hosting-malware hosting-target-lists phishing reconnaissance routers-switches staging workstation unknown
malware-result-ov 10.13 malicious suspicious benign unknown
malware-capabilities-ov 10.14 accesses-remote-machines anti-debugging anti-disassembly anti-emulation anti-memory-forensics anti-sandbox anti-vm captures-input-peripherals captures-output-peripherals captures-system-state-data cleans-traces-of-infection commits-fraud communicates-with-c2 compromises-data-availability compromises-data-integrity compromises-system-availability controls-local-machine degrades-security-software degrades-system-updates determines-c2-server emails-spam escalates-privileges evades-av exfiltrates-data fingerprints-host hides-artifacts hides-executing-code infects-files infects-remote-machines installs-other-components persists-after-system-reboot prevents-artifact-access prevents-artifact-deletion probes-network-environment self-modifies steals-authentication-credentials violates-system-operational-integrity
malware-type-ov 10.15 adware backdoor bot bootkit ddos downloader dropper exploit-kit keylogger ransomware remote-access-trojan resource-exploitation rogue-security-software rootkit screen-capture spyware trojan unknown virus webshell wiper worm
network-socket-address-family-enum 10.16 AF_UNSPEC AF_INET AF_IPX AF_APPLETALK AF_NETBIOS AF_INET6 AF_IRDA AF_BTH
network-socket-type-enum 10.17 SOCK_STREAM SOCK_DGRAM SOCK_RAW SOCK_RDM SOCK_SEQPACKET
opinion-enum 10.18 strongly-disagree disagree neutral agree strongly-agree
pattern-type-ov 10.19 stix pcre sigma snort suricata yara
processor-architecture-ov 10.20 alpha arm ia-64 mips powerpc sparc x86 x86-64
region-ov 10.21 africa eastern-africa middle-africa northern-africa southern-africa western-africa americas caribbean central-america latin-america-caribbean northern-america south-america asia central-asia eastern-asia southern-asia south-eastern-asia western-asia europe eastern-europe northern-europe southern-europe western-europe oceania antarctica australia-new-zealand melanesia micronesia polynesia
report-type-ov 10.22 attack-pattern campaign identity indicator intrusion-set malware observed-data threat-actor threat-report tool vulnerability
threat-actor-type-ov 10.23 activist competitor crime-syndicate criminal hacker insider-accidental insider-disgruntled nation-state sensationalist spy terrorist unknown
threat-actor-role-ov 10.24 agent director independent infrastructure-architect infrastructure-operator malware-author sponsor
threat-actor-sophistication-ov 10.25 none minimal intermediate advanced expert innovator strategic
tool-type-ov 10.26 denial-of-service exploitation information-gathering network-capture credential-exploitation remote-access vulnerability-scanning unknown
windows-integrity-level-enum 10.27 low medium high system
windows-pebinary-type-ov 10.28 dll exe sys
windows-registry-datatype-enum 10.29 REG_NONE REG_SZ REG_EXPAND_SZ REG_BINARY REG_DWORD REG_DWORD_BIG_ENDIAN REG_DWORD_LITTLE_ENDIAN REG_LINK REG_MULTI_SZ REG_RESOURCE_LIST REG_FULL_RESOURCE_DESCRIPTION REG_RESOURCE_REQUIREMENTS_LIST REG_QWORD REG_INVALID_TYPE
windows-service-start-type-enum 10.30 SERVICE_AUTO_START SERVICE_BOOT_START SERVICE_DEMAND_START SERVICE_DISABLED SERVICE_SYSTEM_ALERT
windows-service-type-enum 10.31 SERVICE_KERNEL_DRIVER SERVICE_FILE_SYSTEM_DRIVER SERVICE_WIN32_OWN_PROCESS SERVICE_WIN32_SHARE_PROCESS
windows-service-status-enum 10.32 SERVICE_CONTINUE_PENDING SERVICE_PAUSE_PENDING SERVICE_PAUSED SERVICE_RUNNING SERVICE_START_PENDING SERVICE_STOP_PENDING SERVICE_STOPPED
`

// relationshipTable states the relationship types that sections 4 and 6 define:
// source, type, targets. Other types and pairs are permitted (section 5.1), so
// an unlisted one is worth a SHOULD finding and no more.
const relationshipTable = `
attack-pattern delivers malware
attack-pattern targets identity location vulnerability
attack-pattern uses malware tool
campaign attributed-to intrusion-set threat-actor
campaign compromises infrastructure
campaign originates-from location
campaign targets identity location vulnerability
campaign uses attack-pattern infrastructure malware tool
course-of-action investigates indicator
course-of-action mitigates attack-pattern indicator malware tool vulnerability
course-of-action remediates malware vulnerability
domain-name resolves-to domain-name ipv4-addr ipv6-addr
identity located-at location
indicator based-on observed-data
indicator indicates attack-pattern campaign infrastructure intrusion-set malware threat-actor tool
infrastructure communicates-with infrastructure ipv4-addr ipv6-addr domain-name url
infrastructure consists-of infrastructure observed-data @sco
infrastructure controls infrastructure malware
infrastructure delivers malware
infrastructure has vulnerability
infrastructure hosts tool malware
infrastructure located-at location
infrastructure uses infrastructure
intrusion-set attributed-to threat-actor
intrusion-set compromises infrastructure
intrusion-set hosts infrastructure
intrusion-set originates-from location
intrusion-set owns infrastructure
intrusion-set targets identity location vulnerability
intrusion-set uses attack-pattern infrastructure malware tool
ipv4-addr belongs-to autonomous-system
ipv4-addr resolves-to mac-addr
ipv6-addr belongs-to autonomous-system
ipv6-addr resolves-to mac-addr
malware authored-by threat-actor intrusion-set
malware beacons-to infrastructure
malware communicates-with ipv4-addr ipv6-addr domain-name url
malware controls malware
malware downloads malware tool file
malware drops malware tool file
malware exfiltrates-to infrastructure
malware exploits vulnerability
malware originates-from location
malware targets identity infrastructure location vulnerability
malware uses attack-pattern infrastructure malware tool
malware variant-of malware
malware-analysis analysis-of malware
malware-analysis av-analysis-of malware
malware-analysis characterizes malware
malware-analysis dynamic-analysis-of malware
malware-analysis static-analysis-of malware
threat-actor attributed-to identity
threat-actor compromises infrastructure
threat-actor hosts infrastructure
threat-actor impersonates identity
threat-actor located-at location
threat-actor owns infrastructure
threat-actor targets identity location vulnerability
threat-actor uses attack-pattern infrastructure malware tool
tool delivers malware
tool drops malware
tool has vulnerability
tool targets identity infrastructure location vulnerability
tool uses infrastructure
`
