#include "common/base/error.hpp"

#include <utility>

namespace flowyard {

std::string to_string(const SourcePlace& place) {
  std::string text = place.file;
  if (place.line > 0) text += ":" + std::to_string(place.line);
  if (place.line > 0 && place.column > 0) text += ":" + std::to_string(place.column);
  return text;
}

Error Error::within(std::string what) && {
  context.push_back(std::move(what));
  return std::move(*this);
}

std::string to_string(const Error& error) {
  std::string text = to_string(error.place);
  if (!text.empty()) text += ": ";
  text += error.message;
  for (const auto& layer : error.context) text += " (while " + layer + ")";
  return text;
}

const char* word_of(ErrorCode code) {
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
