#include "controller/model/xmile/source_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <iconv.h>
#include <optional>
#include <utility>

#include "common/base/diagnostic_code.hpp"
#include "controller/model/model.hpp"

namespace flowyard::controller::model::xmile {
namespace {

using namespace std::string_view_literals;

enum class Encoding { Utf8, Latin1, Windows1252, Utf16Little, Utf16Big, Utf32Little, Utf32Big, Unknown };

std::uint32_t byte(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

// The name between quotes after `encoding` in the XML declaration, in lower case; empty for none.
std::string declared_encoding(std::string_view text) {
  const auto head = text.substr(0, std::min<std::size_t>(text.find("?>"), 300));
  auto at = head.starts_with("<?xml") ? head.find("encoding") : head.npos;
  if (at == head.npos) return {};
  at = head.find_first_of("\"'", at);
  if (at == head.npos) return {};
  const auto end = head.find(head[at], at + 1);
  if (end == head.npos) return {};
  return lower(std::string(head.substr(at + 1, end - at - 1)));
}

Encoding by_declaration(std::string_view text) {
  const std::string name = declared_encoding(text);
  // A file whose declaration can be read byte by byte is not UTF-16, whatever it says.
  if (name.empty() || name == "utf-8" || name == "utf8" || name == "us-ascii" || name == "ascii" ||
      name.starts_with("utf-16") || name.starts_with("ucs-2")) {
    return Encoding::Utf8;
  }
  if (name == "iso-8859-1" || name == "latin1" || name == "latin-1" || name == "iso8859-1") {
    return Encoding::Latin1;
  }
  if (name == "windows-1252" || name == "cp1252" || name == "iso-8859-15") return Encoding::Windows1252;
  return Encoding::Unknown;
}

// Takes the byte order mark off `text`.
Encoding recognise(std::string_view& text) {
  constexpr std::array kMarks = {
      std::pair{"\xFF\xFE\0\0"sv, Encoding::Utf32Little}, std::pair{"\0\0\xFE\xFF"sv, Encoding::Utf32Big},
      std::pair{"\xFF\xFE"sv, Encoding::Utf16Little},     std::pair{"\xFE\xFF"sv, Encoding::Utf16Big},
      std::pair{"\xEF\xBB\xBF"sv, Encoding::Utf8},
  };
  for (const auto& [mark, encoding] : kMarks) {
    if (text.starts_with(mark)) {
      text.remove_prefix(mark.size());
      return encoding;
    }
  }
  if (text.starts_with("<\0\0\0"sv)) return Encoding::Utf32Little;
  if (text.starts_with("\0\0\0<"sv)) return Encoding::Utf32Big;
  if (text.starts_with("<\0"sv)) return Encoding::Utf16Little;
  if (text.starts_with("\0<"sv)) return Encoding::Utf16Big;
  return by_declaration(text);
}

std::string from_single_bytes(std::string_view text, bool windows) {
  // Windows-1252 from 0x80 to 0x9F; the five that are not assigned stay control characters.
  constexpr std::array<char16_t, 32> kHigh = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                              0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                              0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                              0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::uint32_t c = byte(text, i);
    append_utf8(out, windows && c >= 0x80 && c < 0xA0 ? kHigh[c - 0x80] : static_cast<char32_t>(c));
  }
  return out;
}

std::string from_wide(std::string_view text, std::size_t width, bool little) {
  const auto unit = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t k = 0; k < width; ++k) {
      value |= byte(text, at + k) << (8 * (little ? k : width - 1 - k));
    }
    return value;
  };
  std::string out;
  out.reserve(text.size() / width + 16);
  for (std::size_t i = 0; i + width <= text.size(); i += width) {
    std::uint32_t c = unit(i);
    const bool kHigh = width == 2 && c >= 0xD800 && c < 0xDC00 && i + 4 <= text.size();
    if (kHigh && unit(i + 2) >= 0xDC00 && unit(i + 2) < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10U) + (unit(i + 2) - 0xDC00);
      i += 2;
    }
    append_utf8(out, c);
  }
  return out;
}

// By the C library's tables. Nothing where it has none of that name, or the text is not of that encoding.
std::optional<std::string> from_named(std::string_view text, const std::string& name) {
  const auto in_names = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
  };
  if (!std::all_of(name.begin(), name.end(), in_names)) return std::nullopt;  // '/' would say how, too
  const iconv_t converter = iconv_open("UTF-8", name.c_str());
  if (converter == reinterpret_cast<iconv_t>(-1)) return std::nullopt;
  std::string given(text);  // iconv takes it as mutable
  std::string out;
  char* from = given.data();
  std::size_t left = given.size();
  std::array<char, 4096> part{};
  bool good = true;
  while (good && left > 0) {
    char* to = part.data();
    std::size_t room = part.size();
    good = iconv(converter, &from, &left, &to, &room) != static_cast<std::size_t>(-1) || errno == E2BIG;
    out.append(part.data(), part.size() - room);
  }
  iconv_close(converter);
  return good ? std::optional(std::move(out)) : std::nullopt;
}

std::string convert(std::string_view text, Encoding encoding) {
  switch (encoding) {
    case Encoding::Utf16Little:
      return from_wide(text, 2, true);
    case Encoding::Utf16Big:
      return from_wide(text, 2, false);
    case Encoding::Utf32Little:
      return from_wide(text, 4, true);
    case Encoding::Utf32Big:
      return from_wide(text, 4, false);
    case Encoding::Latin1:
    case Encoding::Windows1252:
      return from_single_bytes(text, encoding == Encoding::Windows1252);
    default:
      return is_utf8(text) ? std::string(text) : from_single_bytes(text, true);
  }
}

}  // namespace

void append_utf8(std::string& out, char32_t c) {
  if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = 0xFFFD;
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0U | (c >> 6U));
    out += static_cast<char>(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0U | (c >> 12U));
    out += static_cast<char>(0x80U | ((c >> 6U) & 0x3FU));
    out += static_cast<char>(0x80U | (c & 0x3FU));
  } else {
    out += static_cast<char>(0xF0U | (c >> 18U));
    out += static_cast<char>(0x80U | ((c >> 12U) & 0x3FU));
    out += static_cast<char>(0x80U | ((c >> 6U) & 0x3FU));
    out += static_cast<char>(0x80U | (c & 0x3FU));
  }
}

Result<std::string> decode(std::string_view bytes, const std::string& file_name) {
  const FileLocation whole{.file = file_name, .line = 0, .column = 0};
  if (bytes.size() > kMaxModelBytes) {
    return too_large("the model is larger than " + std::to_string(kMaxModelBytes >> 20U) + " MiB", whole);
  }
  const Encoding encoding = recognise(bytes);
  std::string text;
  if (encoding != Encoding::Unknown) {
    text = convert(bytes, encoding);
  } else if (auto converted = from_named(bytes, declared_encoding(bytes))) {
    text = std::move(*converted);
  } else {
    return invalid(DiagnosticCode::NotAModel,
                   "encoding '" + declared_encoding(bytes) +
                       "' is not known, or the text is not of it; save the model as UTF-8",
                   whole);
  }
  if (const auto at = text.find('\0'); at != text.npos) {
    const SourceLocation location = SourceText(text).location(at);
    return invalid(DiagnosticCode::NotAModel, "a NUL byte: this is not a text file",
                   {.file = file_name, .line = location.line, .column = location.column});
  }
  return text;
}

SourceText::SourceText(std::string utf8) : utf8_(std::move(utf8)), lines_{0} {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < utf8_.size(); ++i) {
    if (i % kStride == 0) characters_.push_back(characters);
    if ((byte(utf8_, i) & 0xC0U) != 0x80U) ++characters;
    const bool lone_return = utf8_[i] == '\r' && (i + 1 == utf8_.size() || utf8_[i + 1] != '\n');
    if (utf8_[i] == '\n' || lone_return) lines_.push_back(i + 1);
  }
  if (utf8_.size() % kStride == 0) characters_.push_back(characters);
}

std::size_t SourceText::characters_between(std::size_t begin, std::size_t end) const {
  std::size_t characters = 0;
  for (std::size_t i = begin; i < end; ++i) characters += (byte(utf8_, i) & 0xC0U) != 0x80U ? 1 : 0;
  return characters;
}

std::size_t SourceText::characters_before(std::size_t offset) const {
  return characters_[offset / kStride] + characters_between(offset - offset % kStride, offset);
}

SourceLocation SourceText::location(std::size_t offset) const {
  offset = std::min(offset, utf8_.size());
  const auto next = std::upper_bound(lines_.begin(), lines_.end(), offset);
  const std::size_t begin = *(next - 1);
  const std::size_t before = offset - begin < kStride ? characters_between(begin, offset)
                                                      : characters_before(offset) - characters_before(begin);
  return {.file = 0,
          .line = static_cast<std::int32_t>(next - lines_.begin()),
          .column = static_cast<std::int32_t>(before + 1)};
}

}  // namespace flowyard::controller::model::xmile
