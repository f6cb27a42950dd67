#include "controller/model/simplify/ranges.hpp"

#include <algorithm>
#include <utility>

namespace flowyard::controller::model::simplify {
namespace {

constexpr int kMaxNesting = 50;

}  // namespace

Ranges::Ranges(Draft& draft) {
  for (const Dimension& dimension : draft.model.dimensions) written_.emplace(dimension.name.key, dimension);
  for (Dimension& dimension : draft.model.dimensions) {
    std::vector<Name> flat;
    flatten(draft, dimension, flat, 0);
    auto& positions = positions_[dimension.name.key];
    for (const Name& element : flat) positions.emplace(element.key, positions.size());
    order_.push_back(dimension.name);
    dimension.members = flat;
    dimension.alias_of = {};
    dimension.mappings.clear();
    elements_[dimension.name.key] = std::move(flat);
  }
}

void Ranges::flatten(Draft& draft, const Dimension& dimension, std::vector<Name>& out, int depth) const {
  if (depth > kMaxNesting || out.size() > kMaxDimensionElements) {
    if (draft.errors.empty()) {
      draft.fail(dimension.location,
                 "dimension '" + dimension.name.display + "' is too large or contains itself",
                 ErrorCode::Limit);
    }
    return;
  }
  if (dimension.external) draft.fail(dimension.location, "elements from a file cannot be written");
  const auto alias = written_.find(dimension.alias_of.key);
  if (!dimension.alias_of.empty() && alias != written_.end())
    return flatten(draft, alias->second, out, depth + 1);
  for (const Name& member : dimension.members) {
    const auto inner = written_.find(member.key);
    if (inner != written_.end() && member.key != dimension.name.key) {
      flatten(draft, inner->second, out, depth + 1);
    } else {
      out.push_back(member);
    }
  }
}

std::optional<std::size_t> Ranges::position(const std::string& range, const std::string& element) const {
  const auto positions = positions_.find(range);
  if (positions == positions_.end()) return std::nullopt;
  const auto found = positions->second.find(element);
  return found == positions->second.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Name> Ranges::mapped(const std::string& from, const std::string& to,
                                   const Name& element) const {
  const auto at = position(from, element.key);
  if (!at) return std::nullopt;
  for (const Mapping& mapping : written_.at(from).mappings) {
    if (mapping.to.key != to) continue;
    if (mapping.targets.empty() && *at < elements_.at(to).size()) return elements_.at(to)[*at];
    if (*at < mapping.targets.size() && !is_range(mapping.targets[*at].key)) return mapping.targets[*at];
  }
  return std::nullopt;
}

std::optional<Name> Ranges::mapped_back(const std::string& from, const std::string& to,
                                        const Name& element) const {
  for (const Name& candidate : elements_.at(to)) {
    const auto image = mapped(to, from, candidate);
    if (image && image->key == element.key) return candidate;
  }
  for (const Mapping& mapping : written_.at(to).mappings) {
    if (mapping.to.key != from) continue;
    for (std::size_t i = 0; i < mapping.targets.size() && i < elements_.at(to).size(); ++i) {
      if (position(mapping.targets[i].key, element.key)) return elements_.at(to)[i];
    }
  }
  return std::nullopt;
}

std::optional<Name> Ranges::corresponding(const std::string& wanted, const std::string& bound,
                                          const Name& element) const {
  if (!is_range(wanted)) return std::nullopt;
  if (wanted == bound || position(wanted, element.key)) return element;
  // The bound range may be a part of the one that is mapped.
  for (const Name& range : order_) {
    if (!position(range.key, element.key)) continue;
    if (auto found = mapped(range.key, wanted, element)) return found;
    if (auto found = mapped_back(range.key, wanted, element)) return found;
  }
  return std::nullopt;
}

std::optional<Name> Ranges::covering(const std::vector<Name>& all) const {
  const Name* best = nullptr;
  for (const Name& range : order_) {
    const bool has = std::all_of(all.begin(), all.end(), [&](const Name& element) {
      return position(range.key, element.key).has_value();
    });
    if (has && (best == nullptr || elements(range.key).size() < elements(best->key).size())) best = &range;
  }
  return best == nullptr ? std::nullopt : std::optional(*best);
}

}  // namespace flowyard::controller::model::simplify
