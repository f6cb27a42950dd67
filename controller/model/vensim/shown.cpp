#include "controller/model/vensim/shown.hpp"

namespace flowyard::controller::model::vensim {

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
