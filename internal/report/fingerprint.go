package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// fingerprints gives each violation a fingerprint that stays if lines move: it is made from the rule, the file, the object,
// the field and the container. The second violation of the same has another one.
type fingerprints map[string]int

func (f fingerprints) of(v Violation) string {
	key := fmt.Sprintf("%q %q %q %q %q %q %q", v.Rule, v.File, v.Object.APIVersion, v.Object.Kind, v.Object.Namespace+"/"+v.Object.Name, v.Field, v.Container)
	f[key]++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", key, f[key]))
	return hex.EncodeToString(sum[:16])
}
