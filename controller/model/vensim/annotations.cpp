#include "controller/model/vensim/annotations.hpp"

#include <charconv>
#include <optional>
#include <vector>

#include "common/base/text.hpp"
#include "controller/model/vensim/shown.hpp"

namespace flowyard::controller::model::vensim {
namespace {

// Joins continued lines: the backslash, the line end and the tabs behind it vanish.
std::string joined(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '\n') {
      ++i;
      while (i + 1 < text.size() && text[i + 1] == '\t') ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

// Empty for "?" and the like; false where it is neither that nor a number.
bool parse_limit(std::string_view text, std::optional<double>& limit) {
  text = trimmed(text);
  if (text.empty() || text == "?" || text == "inf" || text == "+inf" || text == "-inf") return true;
  if (text.front() == '+') text.remove_prefix(1);
  double value = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end) return false;
  limit = value;
  return true;
}

std::optional<Limits> parse_limits(std::string_view text) {
  Limits limits;
  std::optional<double>* const locations[] = {&limits.low, &limits.high, &limits.increment};
  for (auto* location : locations) {
    const std::size_t comma = text.find(',');
    if (!parse_limit(text.substr(0, comma), *location)) return std::nullopt;
    if (comma == std::string_view::npos) return limits;
    text.remove_prefix(comma + 1);
  }
  return std::nullopt;
}

}  // namespace

Units parse_units(std::string_view field) {
  const std::string line = joined(field);
  std::string_view text = trimmed(line);
  Units out;
  const std::size_t open = text.rfind('[');
  if (open != std::string_view::npos && text.ends_with(']')) {
    if (const auto limits = parse_limits(text.substr(open + 1, text.size() - open - 2))) {
      out.limits = *limits;
      text = trimmed(text.substr(0, open));
    } else {
      out.wrong_limits = true;
    }
  } else if (open != std::string_view::npos) {
    out.wrong_limits = true;
  }
  out.text = std::string(text);
  for (char& c : out.text) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return out;
}

std::string clean_comment(std::string_view field) {
  const std::string text = joined(field);
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool indentation = (c == ' ' || c == '\t') && (out.empty() || out.back() == '\n');
    if (indentation) continue;
    if (c == '\n') {
      while (!out.empty() && (out.back() == ' ' || out.back() == '\t')) out.pop_back();
    }
    out += c == '\t' ? ' ' : c;
  }
  return std::string(trimmed(out));
}

bool says_supplementary(std::string_view field) {
  std::string lower;
  for (const char c : field) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower.find(":sup") != std::string::npos;
}

void annotate(Variable& variable, std::string_view units, std::string_view comment, std::string_view flags,
              SourceLocation location, Diagnostics& diagnostics) {
  Units parsed = parse_units(units);
  const auto& [low, high, increment] = parsed.limits;
  if (parsed.wrong_limits)
    diagnostics.warn(location, DiagnosticCode::BadNumber,
                     "the limits in the units " + shown(parsed.text) + " of " + shown(variable.name.display) +
                         " cannot be read: they are written [low,high]");
  else if (low && high && *low > *high)
    diagnostics.warn(location, DiagnosticCode::WrongValue,
                     "the lower limit of " + shown(variable.name.display) + " is above the upper one");
  if (variable.units.empty()) variable.units = std::move(parsed.text);
  if (!variable.limits.low) variable.limits.low = parsed.limits.low;
  if (!variable.limits.high) variable.limits.high = parsed.limits.high;
  if (!variable.limits.increment) variable.limits.increment = parsed.limits.increment;
  if (variable.documentation.empty()) variable.documentation = clean_comment(comment);
  variable.supplementary = variable.supplementary || says_supplementary(flags);
}

}  // namespace flowyard::controller::model::vensim
