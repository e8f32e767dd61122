package cli

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"winpolicy/internal/admission"
	"winpolicy/internal/files"
)

// admissionSet gives the files of the admission policies for a folder. warnings takes what the configuration says that no policy
// can do.
func (s source) admissionSet(folder string, warnings io.Writer) (files.Generated, error) {
	document := s.document
	generated := files.Generated{Root: folder, Headers: map[string]string{".": admission.Header}, Flat: true}
	if version, ok := document.Settings()["kubernetesVersion"].(string); ok && minor(version) < minor(admission.MinimumKubernetes) {
		return generated, fmt.Errorf("%s:%d: kubernetesVersion: the admission policies need Kubernetes %s or later, and this is %s",
			document.File, document.Line([]string{"kubernetesVersion"}), admission.MinimumKubernetes, version)
	}
	for _, exception := range document.Exceptions() {
		fmt.Fprintf(warnings, "%s:%d: admission policies have no exceptions, so they report what this one covers. Exclude the namespace instead.\n",
			exception.File, exception.Line)
	}
	source, err := s.admission()
	if err != nil {
		return generated, err
	}
	generated.Content, err = source.Files(admission.Settings{Values: document.Settings(), Admission: document.Admission()})
	return generated, err
}

// minor gives the second number of a version that the schema accepts.
func minor(version string) int {
	parts := strings.Split(version, ".")
	number, _ := strconv.Atoi(parts[1])
	return number
}
