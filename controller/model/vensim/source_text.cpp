#include "controller/model/vensim/source_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace flowyard::controller::model::vensim {
namespace {

// Windows-1252 0x80..0x9F; the five holes map to themselves, as browsers do.
constexpr std::array<std::uint16_t, 32> kWindows1252 = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

unsigned byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

void append(std::string& out, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0U | (c >> 6U));
    put(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    put(0xE0U | (c >> 12U));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  } else {
    put(0xF0U | (c >> 18U));
    put(0x80U | ((c >> 12U) & 0x3FU));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  }
}

// The length of the well-formed UTF-8 sequence at `at`; 0 for none. Overlong forms and surrogates are not.
std::size_t sequence_length(std::string_view bytes, std::size_t at) {
  const unsigned lead = byte_at(bytes, at);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || at + length > bytes.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte_at(bytes, at + i) & 0xC0U) != 0x80U) return 0;
  }
  const unsigned second = byte_at(bytes, at + 1);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool out_of_range = (lead == 0xED && second >= 0xA0) || (lead == 0xF4 && second >= 0x90);
  return overlong || out_of_range ? 0 : length;
}

bool is_ascii(std::string_view bytes) {
  return std::none_of(bytes.begin(), bytes.end(),
                      [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

bool well_formed(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = sequence_length(bytes, i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

std::string from_utf16(std::string_view bytes, bool big_endian) {
  std::string out;
  const auto unit = [&](std::size_t at) {
    const std::uint32_t first = byte_at(bytes, at);
    const std::uint32_t second = byte_at(bytes, at + 1);
    return big_endian ? (first << 8U) | second : (second << 8U) | first;
  };
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    std::uint32_t c = unit(i);
    const bool high = c >= 0xD800 && c < 0xDC00;
    if (high && i + 3 < bytes.size() && unit(i + 2) >= 0xDC00 && unit(i + 2) < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10U) + (unit(i + 2) - 0xDC00);
      i += 2;
    }
    append(out, c >= 0xD800 && c < 0xE000 ? 0xFFFD : c);
  }
  return out;
}

// Well-formed sequences as they are, all other bytes (or, unless `keep_utf8`, all above 0x7F) as
// Windows-1252.
std::string to_utf8(std::string_view bytes, bool keep_utf8) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = sequence_length(bytes, i);
    if (length == 1 || (length > 1 && keep_utf8)) {
      out.append(bytes.substr(i, length));
      i += length;
      continue;
    }
    const unsigned byte = byte_at(bytes, i++);
    append(out, byte >= 0x80 && byte < 0xA0 ? kWindows1252[byte - 0x80] : byte);
  }
  return out;
}

std::string with_plain_line_ends(std::string text) {
  if (text.find('\r') == std::string::npos) return text;
  std::size_t to = 0;
  for (std::size_t from = 0; from < text.size(); ++from) {
    char c = text[from];
    if (c == '\r') {
      if (from + 1 < text.size() && text[from + 1] == '\n') ++from;
      c = '\n';
    }
    text[to++] = c;
  }
  text.resize(to);
  return text;
}

}  // namespace

std::optional<std::string> other_kind_of_file(std::string_view text) {
  constexpr std::ptrdiff_t kEnough = 8;  // one or two are editing errors
  const auto begin = text.find_first_not_of(" \t\n");
  if (begin == std::string_view::npos) return "the file is empty";
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 &&
           std::string_view("\t\n\v\f\x1A").find(c) == std::string_view::npos;
  };
  if (std::count_if(text.begin(), text.end(), is_control) >= kEnough)
    return "this is not a text file, and so not a Vensim model";
  for (const char* start : {"<?xml", "<xmile"})
    if (text.substr(begin).starts_with(start))
      return "this is XML and not a Vensim model: if it is an XMILE model, its name must end in .xmile";
  if (text[begin] == '<') return "this is a page of HTML or XML, not a Vensim model";
  return std::nullopt;
}

namespace {

// Text of Latin letters in UTF-16 has a zero in every second byte.
std::optional<bool> big_endian_without_mark(std::string_view bytes) {
  constexpr std::size_t kLookedAt = 64;
  if (bytes.size() < kLookedAt) return std::nullopt;
  std::size_t zeros[2] = {};
  for (std::size_t i = 0; i < kLookedAt; ++i) zeros[i % 2] += bytes[i] == '\0' ? 1 : 0;
  if (zeros[0] == kLookedAt / 2 && zeros[1] == 0) return true;
  if (zeros[1] == kLookedAt / 2 && zeros[0] == 0) return false;
  return std::nullopt;
}

}  // namespace

SourceText decode(std::string_view bytes) {
  if (const auto big = big_endian_without_mark(bytes)) return {with_plain_line_ends(from_utf16(bytes, *big))};
  if (bytes.starts_with("\xFF\xFE")) return {with_plain_line_ends(from_utf16(bytes.substr(2), false))};
  if (bytes.starts_with("\xFE\xFF")) return {with_plain_line_ends(from_utf16(bytes.substr(2), true))};
  const bool marked = bytes.starts_with("\xEF\xBB\xBF");
  if (marked) bytes.remove_prefix(3);
  const bool claims_utf8 = marked || bytes.starts_with("{UTF-8}") || bytes.starts_with("{utf-8}");
  if (is_ascii(bytes)) return {with_plain_line_ends(std::string(bytes))};
  const bool is_utf8 = well_formed(bytes);
  return {.text = with_plain_line_ends(to_utf8(bytes, is_utf8 || claims_utf8)),
          .mixed_encoding = claims_utf8 && !is_utf8};
}

}  // namespace flowyard::controller::model::vensim
