#include "controller/model/vensim/diagnostics.hpp"

#include <algorithm>
#include <tuple>

namespace flowyard::controller::model::vensim {

void Diagnostics::error(SourceLocation location, std::string message, ErrorCode code) {
  if (hopeless_) return;
  const FileLocation where{.file = file_name_, .line = location.line, .column = location.column};
  errors_.push_back({.code = code, .message = std::move(message), .location = where, .context = {}});
  if (errors_.size() == kMaxErrors) {
    errors_.push_back({.code = ErrorCode::Limit,
                       .message = "too many errors; the rest of the file was not read",
                       .location = where,
                       .context = {}});
  }
  hopeless_ = code == ErrorCode::Limit || errors_.size() > kMaxErrors;
}

void Diagnostics::warn(SourceLocation location, std::string message) {
  if (warnings_.size() < kMaxErrors)
    warnings_.push_back({.message = std::move(message), .location = location});
}

Errors Diagnostics::take_errors() {
  std::stable_sort(errors_.begin(), errors_.end(), [](const Error& a, const Error& b) {
    return std::tie(a.location.line, a.location.column) < std::tie(b.location.line, b.location.column);
  });
  return std::move(errors_);
}

std::string shown(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  std::string out = "'";
  bool blank = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ' || c == '\t' || c == '\n') {
      blank = out.size() > 1;
      continue;
    }
    const bool starts_character = (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    if (out.size() > kLongest && starts_character) return out + "...'";
    if (blank) out += ' ';
    blank = false;
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  }
  return out + "'";
}

}  // namespace flowyard::controller::model::vensim
