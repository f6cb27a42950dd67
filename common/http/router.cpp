#include "common/http/router.hpp"

#include "common/http/message.hpp"

namespace flowyard::http {
namespace {

// Takes the first part off `path`, whose leading slash is gone; false when there is none left.
bool take_part(std::optional<std::string_view>& path, std::string_view& part) {
  if (!path) return false;
  const auto slash = path->find('/');
  part = path->substr(0, slash);
  if (slash == std::string_view::npos) {
    path.reset();
  } else {
    path->remove_prefix(slash + 1);
  }
  return true;
}

std::optional<std::string_view> without_slash(std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  return path.substr(1);
}

std::string decoded(std::string_view part) {
  return parse_target("/" + std::string(part)).path.substr(1);
}

}  // namespace

std::optional<Parameters> fit(std::string_view pattern, std::string_view target) {
  auto wanted = without_slash(pattern);
  auto rest = without_slash(target.substr(0, target.find_first_of("?#")));
  Parameters values;
  for (std::string_view word, part; take_part(wanted, word);) {
    if (word.ends_with("...}")) {
      if (!rest) return std::nullopt;
      values.push_back(decoded(*rest));
      return values;
    }
    if (!take_part(rest, part)) return std::nullopt;
    if (word.starts_with('{')) {
      if (part.empty()) return std::nullopt;
      values.push_back(decoded(part));
    } else if (word != part && word != decoded(part)) {
      return std::nullopt;
    }
  }
  if (rest) return std::nullopt;
  return values;
}

}  // namespace flowyard::http
