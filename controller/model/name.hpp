// Name: how a variable, dimension, element or macro is called. `display` is what the author wrote and what
// tables and files show; `key` is what names are compared by. A plain value.
#pragma once

#include <string>
#include <string_view>

namespace flowyard::controller::model {

// The canonical key: one pair of enclosing double quotes removed, letters folded to lower case (ASCII,
// Latin, Greek, Cyrillic), every run of `_`, blank, tab, newline, no-break space and the two-character
// escape `\n` squeezed to one `_`, none at either end. "Birth  Rate", birth_rate and "Birth\nrate" agree.
std::string key_of(std::string_view display);

struct Name {
  std::string display;
  std::string key;

  Name() = default;
  // Implicit on purpose: a text is a name wherever a name is wanted. Quotes are dropped from `display`,
  // and its newlines become blanks.
  Name(std::string_view text);  // NOLINT(google-explicit-constructor)
  Name(const char* text) : Name(std::string_view(text)) {}
  Name(const std::string& text) : Name(std::string_view(text)) {}

  bool operator==(const Name& other) const { return key == other.key; }
  bool empty() const { return key.empty(); }
};

}  // namespace flowyard::controller::model
