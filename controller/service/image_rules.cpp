#include "controller/service/image_rules.hpp"

#include <algorithm>

#include "common/base/image_reference.hpp"

namespace flowyard::controller::service {

namespace {

Result<void> check_name(const std::string& image, const std::vector<std::string>& allowed) {
  if (image.empty())
    return failure(
        ErrorCode::Invalid,
        "runner: say in which image the program runs (image: python:3.12-slim, say): the workers' own "
        "holds nothing to run; or run it as a process of this machine, with --fleet process");
  const auto reference = parse_image_reference(image);
  if (!reference) return failure(ErrorCode::Invalid, "runner.image: " + reference.error().message);
  const std::string whole = to_string(*reference);
  const bool any = std::any_of(allowed.begin(), allowed.end(), [&whole](const std::string& pattern) {
    return matches_pattern(whole, pattern);
  });
  if (allowed.empty() || any) return {};
  std::string patterns;
  for (const auto& pattern : allowed) patterns += (patterns.empty() ? "" : ", ") + pattern;
  return failure(ErrorCode::Invalid,
                 "runner.image: the image " + whole +
                     " is none of those that this controller allows (images.allow: " + patterns + ")");
}

Result<void> check_build(MayBuild rule, experiment::WayIn way_in) {
  if (rule == MayBuild::Anywhere) return {};
  if (rule == MayBuild::Here && way_in == experiment::WayIn::Here) return {};
  return failure(
      ErrorCode::Denied,
      rule == MayBuild::Nowhere
          ? "runner.image: this controller builds no images (images.build: never)"
          : "runner.image: this controller builds images only for who is on its machine and uses its "
            "unix socket; its operator may allow it to all, with images.build: always");
}

}  // namespace

bool matches_pattern(std::string_view text, std::string_view pattern) {
  // The last '*' may take one character more, whenever the rest does not fit.
  std::size_t at = 0, in = 0, star = std::string_view::npos, taken = 0;
  while (at < text.size()) {
    if (in < pattern.size() && pattern[in] == '*') {
      star = in++;
      taken = at;
    } else if (in < pattern.size() && pattern[in] == text[at]) {
      ++in;
      ++at;
    } else if (star != std::string_view::npos) {
      in = star + 1;
      at = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in) == std::string_view::npos;
}

Result<void> check_image(const experiment::Experiment& experiment, const std::string& fleet,
                         const ImageRules& rules, experiment::WayIn way_in) {
  if (fleet != "docker" || !experiment.runner) return {};
  const auto& runner = *experiment.runner;
  if (!runner.build) return check_name(runner.image, rules.allow);
  if (auto may = check_build(rules.build, way_in); !may) return may;
  for (const auto& base : runner.build->bases) {
    auto allowed = check_name(base, rules.allow);
    if (!allowed)
      return std::move(allowed.error()).within("building the image of '" + runner.build->folder + "'");
  }
  return {};
}

}  // namespace flowyard::controller::service
