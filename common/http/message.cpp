#include "common/http/message.hpp"

#include <algorithm>
#include <array>

namespace flowyard::http {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

enum class Plus { Literal, Space };

// A '%' that no two kHex digits follow stands for itself.
std::string percent_decode(std::string_view text, Plus plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (escape) {
      decoded += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i] == '+' && plus == Plus::Space ? ' ' : text[i];
    }
  }
  return decoded;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view Headers::get(std::string_view name) const {
  for (const auto& [key, value] : fields_)
    if (same_name(key, name)) return value;
  return {};
}

bool Headers::has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(), [&](const auto& f) { return same_name(f.first, name); });
}

void Headers::set(std::string_view name, std::string value) {
  std::erase_if(fields_, [&](const auto& f) { return same_name(f.first, name); });
  add(name, std::move(value));
}

void Headers::add(std::string_view name, std::string value) {
  fields_.emplace_back(std::string(name), std::move(value));
}

std::optional<std::string> Target::get(std::string_view key) const {
  for (const auto& [name, value] : query)
    if (name == key) return value;
  return std::nullopt;
}

Target parse_target(std::string_view target) {
  target = target.substr(0, target.find('#'));
  const auto mark = target.find('?');
  Target parsed{.path = percent_decode(target.substr(0, mark), Plus::Literal), .query = {}};
  if (mark == std::string_view::npos) return parsed;
  std::string_view rest = target.substr(mark + 1);
  while (!rest.empty()) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    parsed.query.emplace_back(percent_decode(pair.substr(0, equals), Plus::Space),
                              percent_decode(value, Plus::Space));
  }
  return parsed;
}

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const char l = lower(c);
    if ((l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~') {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += kHex[byte >> 4];
      encoded += kHex[byte & 15];
    }
  }
  return encoded;
}

std::string reason_of(int status) {
  struct Known {
    int status;
    const char* reason;
  };
  static constexpr std::array kKnown{
      Known{100, "Continue"},
      Known{101, "Switching Protocols"},
      Known{200, "OK"},
      Known{201, "Created"},
      Known{202, "Accepted"},
      Known{203, "Non-Authoritative Information"},
      Known{204, "No Content"},
      Known{205, "Reset Content"},
      Known{206, "Partial Content"},
      Known{300, "Multiple Choices"},
      Known{301, "Moved Permanently"},
      Known{302, "Found"},
      Known{303, "See Other"},
      Known{304, "Not Modified"},
      Known{305, "Use Proxy"},
      Known{307, "Temporary Redirect"},
      Known{308, "Permanent Redirect"},
      Known{400, "Bad Request"},
      Known{401, "Unauthorized"},
      Known{402, "Payment Required"},
      Known{403, "Forbidden"},
      Known{404, "Not Found"},
      Known{405, "Method Not Allowed"},
      Known{406, "Not Acceptable"},
      Known{407, "Proxy Authentication Required"},
      Known{408, "Request Timeout"},
      Known{409, "Conflict"},
      Known{410, "Gone"},
      Known{411, "Length Required"},
      Known{412, "Precondition Failed"},
      Known{413, "Content Too Large"},
      Known{414, "URI Too Long"},
      Known{415, "Unsupported Media Type"},
      Known{416, "Range Not Satisfiable"},
      Known{417, "Expectation Failed"},
      Known{421, "Misdirected Request"},
      Known{422, "Unprocessable Content"},
      Known{426, "Upgrade Required"},
      Known{428, "Precondition Required"},
      Known{429, "Too Many Requests"},
      Known{431, "Request Header Fields Too Large"},
      Known{500, "Internal Server Error"},
      Known{501, "Not Implemented"},
      Known{502, "Bad Gateway"},
      Known{503, "Service Unavailable"},
      Known{504, "Gateway Timeout"},
      Known{505, "HTTP Version Not Supported"},
      Known{507, "Insufficient Storage"},
  };
  for (const auto& entry : kKnown)
    if (entry.status == status) return entry.reason;
  return "Unknown";
}

}  // namespace flowyard::http
