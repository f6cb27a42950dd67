// SourceText: the bytes of an XMILE file as UTF-8, and the way back from a byte of it to line and column.
// Owned by one read(); a plain value.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/text.hpp"
#include "controller/model/expression.hpp"

namespace flowyard::controller::model::xmile {

class SourceText {
 public:
  explicit SourceText(std::string utf8);

  const std::string& utf8() const { return utf8_; }

  // Line and column, both from 1; a column counts characters, not bytes. An offset past the end is the end.
  SourceLocation location(std::size_t offset) const;

 private:
  // Characters are counted up to every so many bytes, so that a place costs the same in a file of one line.
  static constexpr std::size_t kStride = 1024;

  std::size_t characters_between(std::size_t begin, std::size_t end) const;
  std::size_t characters_before(std::size_t offset) const;

  std::string utf8_;
  std::vector<std::size_t> lines_;       // offset of the first byte of each line
  std::vector<std::size_t> characters_;  // how many begin before byte i * kStride
};

// Any of UTF-8, UTF-16 and UTF-32 (with a byte order mark, or recognised by the `<` they begin with),
// ISO-8859-1 and Windows-1252 by declaration. Text that claims UTF-8 but is not is read as Windows-1252.
// NUL bytes, an encoding nobody knows and files above kMaxModelBytes are errors.
Result<std::string> decode(std::string_view bytes, const std::string& file_name);

// Appends one code point; what is not one becomes U+FFFD.
void append_utf8(std::string& out, char32_t c);

}  // namespace flowyard::controller::model::xmile
