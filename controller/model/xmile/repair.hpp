// repair: makes XML well-formed where it is clear what was meant, so that one error of an exporter does not
// make a model unreadable. Pure; each repair is a warning with its place.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "controller/model/diagnostics.hpp"
#include "controller/model/xmile/source_text.hpp"

namespace flowyard::controller::model::xmile {

// Stands for a `<` that was meant as a less-than sign. Control characters are not allowed in XML, so it
// cannot be there already: the repair turns such into blanks.
inline constexpr char kBareLessThan = '\x01';

inline constexpr std::size_t kMaxXmlDepth = 200;
inline constexpr std::size_t kMaxXmlNodes = 4'000'000;  // elements and attributes

struct Repaired {
  std::string text;

  // The offset in the source of an offset in `text`.
  std::size_t original(std::size_t offset) const;

  struct Insertion {
    std::size_t at = 0;  // in `text`
    std::size_t length = 0;
    std::size_t total = 0;  // with all before it
  };
  std::vector<Insertion> insertions;
};

// What is repaired: a bare `<` in an equation; a variable that is not closed before the next one begins; an
// element that is not closed when its parent is. What is not: a closing tag without an opening one, a file
// that ends early; these are errors.
Repaired repair(const SourceText& source, Diagnostics& diagnostics);

}  // namespace flowyard::controller::model::xmile
