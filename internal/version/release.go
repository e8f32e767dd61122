package version

// Release is the release that this source becomes, and the version of its Helm charts. Raise it with the first change after
// a release.
const Release = "0.1.0"
