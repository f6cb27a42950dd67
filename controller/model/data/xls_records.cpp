#include "controller/model/data/xls_records.hpp"

#include <algorithm>

#include "controller/model/data/little_endian.hpp"

namespace flowyard::controller::model::data {
namespace {

constexpr std::uint8_t kWideFlag = 1;
constexpr std::uint8_t kPhoneticFlag = 4;
constexpr std::uint8_t kRichFlag = 8;

void append_utf8(std::string& out, std::uint32_t c) {
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80U | ((c >> shift) & 0x3FU)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0U | (c >> 6U));
    tail(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0U | (c >> 12U));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | (c >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

bool is_high(std::uint32_t unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low(std::uint32_t unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

std::string utf8_of(const std::u16string& units) {
  std::string out;
  for (std::size_t i = 0; i < units.size(); ++i) {
    std::uint32_t c = units[i];
    if (is_high(c) && i + 1 < units.size() && is_low(units[i + 1]))
      c = 0x10000 + ((c - 0xD800) << 10U) + (units[++i] - 0xDC00U);
    append_utf8(out, is_high(c) || is_low(c) ? 0xFFFD : c);
  }
  return out;
}

}  // namespace

std::optional<XlsRecord> next_record(std::string_view bytes, std::size_t& at) {
  if (at > bytes.size() || bytes.size() - at < 4) return std::nullopt;
  const std::size_t length = u16_at(bytes, at + 2);
  if (bytes.size() - at - 4 < length) return std::nullopt;
  const XlsRecord record{u16_at(bytes, at), bytes.substr(at + 4, length)};
  at += 4 + length;
  return record;
}

bool XlsPieces::at_end() {
  while (piece_ < pieces_.size() && pieces_[piece_].empty()) ++piece_;
  return piece_ == pieces_.size();
}

std::uint32_t XlsPieces::number(std::size_t bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < bytes && !at_end(); ++i) {
    value |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(pieces_[piece_][0])) << (8 * i);
    pieces_[piece_].remove_prefix(1);
  }
  return value;
}

void XlsPieces::skip(std::size_t bytes) {
  while (bytes > 0 && !at_end()) {
    const std::size_t here = std::min(bytes, pieces_[piece_].size());
    pieces_[piece_].remove_prefix(here);
    bytes -= here;
  }
}

std::string XlsPieces::text(std::size_t length, bool wide) {
  std::u16string units;
  while (units.size() < length && piece_ < pieces_.size()) {
    if (pieces_[piece_].empty()) {
      if (++piece_ < pieces_.size()) wide = (number(1) & kWideFlag) != 0;
      continue;
    }
    units += static_cast<char16_t>(number(wide ? 2 : 1));
  }
  return utf8_of(units);
}

std::string text_in(XlsPieces& pieces, std::size_t length_bytes, bool old) {
  const std::size_t length = pieces.number(length_bytes);
  const std::uint32_t flags = old ? 0 : pieces.number(1);
  const std::size_t formats = (flags & kRichFlag) != 0 ? pieces.number(2) : 0;
  const std::size_t phonetics = (flags & kPhoneticFlag) != 0 ? pieces.number(4) : 0;
  std::string text = pieces.text(length, (flags & kWideFlag) != 0);
  pieces.skip(4 * formats + phonetics);
  return text;
}

}  // namespace flowyard::controller::model::data
