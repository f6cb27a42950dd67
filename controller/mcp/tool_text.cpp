#include "controller/mcp/tool_text.hpp"

#include <cmath>
#include <cstdio>

#include "common/base/printable.hpp"

namespace flowyard::controller::mcp {
namespace {

std::string place_of(const Json& error) {
  const std::string file = error.value("file", "");
  const auto line = error.value("line", 0);
  if (file.empty() && line == 0) return "";
  return file +
         (line > 0 ? ":" + std::to_string(line) + ":" + std::to_string(error.value("column", 0)) : "") + ": ";
}

// Lines stay lines.
std::string printable_lines(const std::string& text) {
  std::string all;
  for (std::size_t from = 0; from <= text.size();) {
    const auto end = std::min(text.find('\n', from), text.size());
    all += printable(std::string_view(text).substr(from, end - from));
    if (end < text.size()) all += '\n';
    from = end + 1;
  }
  return all;
}

}  // namespace

std::size_t fitting(const Json& list) {
  std::size_t size = 0, count = 0;
  for (const auto& one : list) {
    size += protocol::dump(one).size() + 1;
    if (size > kMostStructured) break;
    ++count;
  }
  return count;
}

std::string bounded(std::string text) {
  text = printable_lines(text);
  constexpr std::size_t kNote = 200;
  if (text.size() <= kMostText) return text;
  const auto whole = text.size();
  text.resize(text.rfind('\n', kMostText - kNote) == std::string::npos ? kMostText - kNote
                                                                       : text.rfind('\n', kMostText - kNote));
  return text + "\n(the first " + std::to_string(text.size()) + " of " + std::to_string(whole) +
         " characters; ask for less, by limit, columns, where or tail)";
}

std::string bounded_end(std::string text) {
  text = printable_lines(text);
  constexpr std::size_t kNote = 200;
  if (text.size() <= kMostText) return text;
  const auto whole = text.size();
  const auto from = text.find('\n', whole - (kMostText - kNote));
  text.erase(0, from == std::string::npos ? whole - (kMostText - kNote) : from + 1);
  return "(the last " + std::to_string(text.size()) + " of " + std::to_string(whole) + " characters)\n" +
         text;
}

std::string short_number(double value) {
  char text[40];
  if (std::isfinite(value) && value == std::floor(value) && std::abs(value) < 1e15) {
    std::snprintf(text, sizeof text, "%.0f", value);
  } else {
    std::snprintf(text, sizeof text, "%.6g", value);
  }
  return text;
}

protocol::ToolResult failed(std::string text) {
  protocol::ToolResult result;
  result.is_error = true;
  result.text = bounded(std::move(text));
  return result;
}

protocol::ToolResult failed(const Reply& reply, const std::string& next) {
  std::string text = reply.json.is_object() ? reply.json.value("detail", reply.text) : reply.text;
  if (reply.json.is_object()) {
    const Json errors = reply.json.value("errors", Json::array());
    const bool is_told = errors.size() == 1 && text == place_of(errors[0]) + errors[0].value("message", "");
    for (const auto& error : is_told ? Json::array() : errors)
      text += "\n- " + place_of(error) + error.value("message", error.dump());
    for (const auto& file : reply.json.value("missing", Json::array()))
      text += "\n- the file '" + file.value("path", "") + "' is missing: give its content in files";
  }
  if (!next.empty()) text += "\n" + next;
  return failed(std::move(text));
}

protocol::ToolResult done(Json structured, std::string text) {
  protocol::ToolResult result;
  result.structured = std::move(structured);
  result.text = bounded(std::move(text));
  return result;
}

}  // namespace flowyard::controller::mcp
