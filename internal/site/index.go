package site

import "encoding/json"

// addIndex writes the search index as a script, because a page that is opened from a folder can load no JSON.
func (b *builder) addIndex() error {
	text, err := json.Marshal(b.entries)
	b.files["assets/search-index.js"] = append(append([]byte("window.searchIndex = "), text...), ";\n"...)
	return err
}
