#include "common/base/error.hpp"

#include <utility>

namespace flowyard {

std::string to_string(const FileLocation& location) {
  std::string text = location.file;
  if (location.line > 0) text += ":" + std::to_string(location.line);
  if (location.line > 0 && location.column > 0) text += ":" + std::to_string(location.column);
  return text;
}

Error Error::within(std::string what) && {
  context.push_back(std::move(what));
  return std::move(*this);
}

std::string to_string(const Error& error) {
  std::string text = to_string(error.location);
  if (!text.empty()) text += ": ";
  text += error.message;
  for (const auto& layer : error.context) text += " (while " + layer + ")";
  return text;
}

const char* to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::Invalid:
      return "invalid";
    case ErrorCode::NotFound:
      return "not_found";
    case ErrorCode::Conflict:
      return "conflict";
    case ErrorCode::Unavailable:
      return "unavailable";
    case ErrorCode::Denied:
      return "denied";
    case ErrorCode::Limit:
      return "limit";
    case ErrorCode::Internal:
      return "internal";
  }
  return "internal";
}

}  // namespace flowyard
