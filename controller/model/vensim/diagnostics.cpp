#include "controller/model/vensim/diagnostics.hpp"

#include <algorithm>
#include <tuple>

namespace flowyard::controller::model::vensim {

void Diagnostics::error(Place place, std::string message, ErrorCode code) {
  if (hopeless_) return;
  const SourcePlace where{.file = file_name_, .line = place.line, .column = place.column};
  errors_.push_back({.code = code, .message = std::move(message), .place = where, .context = {}});
  if (errors_.size() == max_errors) {
    errors_.push_back({.code = ErrorCode::Limit,
                       .message = "too many errors; the rest of the file was not read",
                       .place = where,
                       .context = {}});
  }
  hopeless_ = code == ErrorCode::Limit || errors_.size() > max_errors;
}

void Diagnostics::warn(Place place, std::string message) {
  if (warnings_.size() < max_errors) warnings_.push_back({.message = std::move(message), .place = place});
}

Errors Diagnostics::take_errors() {
  std::stable_sort(errors_.begin(), errors_.end(), [](const Error& a, const Error& b) {
    return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
  });
  return std::move(errors_);
}

std::string shown(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::string out = "'";
  bool blank = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ' || c == '\t' || c == '\n') {
      blank = out.size() > 1;
      continue;
    }
    const bool starts_character = (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    if (out.size() > longest && starts_character) return out + "...'";
    if (blank) out += ' ';
    blank = false;
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  }
  return out + "'";
}

}  // namespace flowyard::controller::model::vensim
