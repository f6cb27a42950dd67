#include "controller/compiler/lower/dimensions.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "common/base/suggest.hpp"

namespace flowyard::controller::compiler {
namespace {

constexpr int kMaxRangeNesting = 1000;

std::uint64_t pair_key(RangeId from, RangeId to) {
  return (static_cast<std::uint64_t>(from) << 32U) | to;
}

}  // namespace

Positions::Positions(const std::vector<ElementId>& elements) {
  if (elements.empty()) return;
  first_ = elements.front();
  while (in_sequence_ < elements.size() && elements[in_sequence_] == first_ + in_sequence_) ++in_sequence_;
  for (std::uint32_t i = in_sequence_; i < elements.size(); ++i)
    if (elements[i] - first_ >= in_sequence_) others_.try_emplace(elements[i], i);
}

Dimensions::Dimensions(const model::Model& model, model::Diagnostics& diagnostics, Budget& budget)
    : model_(model), diagnostics_(diagnostics), budget_(budget) {
  const auto& all = model.dimensions;
  for (const auto& dimension : all) {
    const auto id = static_cast<RangeId>(ranges_.size());
    ranges_.push_back({dimension.name, {}, {}, false});
    if (!range_index_.try_emplace(dimension.name.key, id).second)
      diagnostics.error(dimension.location, DiagnosticCode::DefinedTwice,
                        "the dimension '" + dimension.name.display + "' is defined twice");
  }
  state_.assign(all.size(), 0);
  for (std::size_t i = 0; i < all.size(); ++i) {
    in_circle_ = false;
    resolve(i, 0);
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].alias_of.empty()) continue;
    const auto target = range_named(all[i].alias_of.key);
    if (!target || ranges_[*target].elements.empty()) continue;
    ranges_[i].elements = ranges_[*target].elements;
    ranges_[i].repeats = ranges_[*target].repeats;
  }
  for (Range& range : ranges_) range.position = Positions(range.elements);
  for (std::size_t i = 0; i < all.size(); ++i) resolve_mappings(all[i], static_cast<RangeId>(i));
  turn_mappings_around();
}

void Dimensions::resolve(std::size_t index, int depth) {
  if (state_[index] == 2) return;
  const auto& dimension = model_.dimensions[index];
  if (state_[index] == 1) {
    diagnostics_.error(dimension.location, DiagnosticCode::Loop,
                       "the dimension '" + dimension.name.display + "' contains itself");
    in_circle_ = true;
    return;
  }
  if (depth > kMaxRangeNesting) {
    if (!std::exchange(in_circle_, true))
      diagnostics_.error(
          dimension.location, DiagnosticCode::TooLarge,
          "the dimension '" + dimension.name.display + "' stands more than 1,000 deep in others",
          ErrorCode::Limit);
    return;
  }
  state_[index] = 1;
  std::vector<ElementId> elements;
  const auto add_range = [&](RangeId id) {
    resolve(id, depth + 1);
    const auto& inner = ranges_[id].elements;
    budget_.spend(inner.size());
    elements.insert(elements.end(), inner.begin(), inner.end());
  };
  if (!dimension.alias_of.empty()) {
    if (const auto id = range_named(dimension.alias_of.key))
      add_range(*id);
    else
      diagnostics_.error(dimension.location, DiagnosticCode::UnknownSubscript,
                         "unknown dimension '" + dimension.alias_of.display + "'" +
                             suggestion(dimension.alias_of.display, names()));
  }
  budget_.spend(dimension.members.size());
  for (const auto& member : dimension.members) {
    const auto id = range_named(member.key);
    if (id && *id != index) {
      add_range(*id);
    } else {
      const auto next = static_cast<ElementId>(elements_.size());
      const auto [entry, is_new] = element_index_.try_emplace(member.key, next);
      if (is_new) elements_.push_back(member);
      elements.push_back(entry->second);
    }
    if (elements.size() > model::kMaxDimensionElements) {
      diagnostics_.error(dimension.location, DiagnosticCode::TooLarge,
                         "the dimension '" + dimension.name.display + "' has more than 1,000,000 elements",
                         ErrorCode::Limit);
      elements.clear();
      break;
    }
  }
  std::unordered_set<ElementId> once;
  const bool may_repeat = is_mapped(dimension);
  for (const ElementId element : elements) {
    if (once.insert(element).second) continue;
    ranges_[index].repeats = true;
    if (!may_repeat)
      diagnostics_.error(dimension.location, DiagnosticCode::DefinedTwice,
                         "'" + elements_[element].display + "' stands twice in the dimension '" +
                             dimension.name.display + "'");
  }
  if (dimension.external)
    diagnostics_.error(dimension.location, DiagnosticCode::NoData,
                       "the elements of '" + dimension.name.display + "' stand in '" +
                           dimension.external->file + "', which was not given");
  else if (elements.empty() && !in_circle_)
    diagnostics_.error(dimension.location, DiagnosticCode::Missing,
                       "the dimension '" + dimension.name.display + "' has no elements");
  ranges_[index].elements = std::move(elements);
  state_[index] = 2;
}

// To another or from one: then it may say which of its elements stands for each of the other's, some twice.
bool Dimensions::is_mapped(const model::Dimension& dimension) const {
  const auto& all = model_.dimensions;
  return !dimension.mappings.empty() || std::any_of(all.begin(), all.end(), [&](const auto& other) {
    return std::any_of(other.mappings.begin(), other.mappings.end(),
                       [&](const model::Mapping& mapping) { return mapping.to == dimension.name; });
  });
}

void Dimensions::resolve_mappings(const model::Dimension& dimension, RangeId from) {
  const auto& own = ranges_[from].elements;
  for (const auto& mapping : dimension.mappings) {
    const auto to = range_named(mapping.to.key);
    if (!to) {
      diagnostics_.error(
          mapping.location, DiagnosticCode::UnknownSubscript,
          "unknown dimension '" + mapping.to.display + "'" + suggestion(mapping.to.display, names()));
      continue;
    }
    auto& table = mappings_[pair_key(from, *to)];
    budget_.spend(own.size() + mapping.targets.size());
    if (mapping.targets.empty()) {
      const auto& theirs = ranges_[*to].elements;
      if (own.size() != theirs.size())
        diagnostics_.error(mapping.location, DiagnosticCode::WrongDimensions,
                           "'" + dimension.name.display + "' and '" + mapping.to.display +
                               "' have different numbers of elements, so one cannot be mapped to the other");
      // Read backwards place by place too, since either may have an element more than once.
      auto& backwards = backwards_[pair_key(from, *to)];
      for (std::size_t i = 0; i < std::min(own.size(), theirs.size()); ++i) {
        table.emplace(theirs[i], own[i]);
        backwards.try_emplace(own[i], theirs[i]);
      }
      continue;
    }
    std::vector<std::vector<ElementId>> targets;
    for (const auto& target : mapping.targets) {
      if (const auto range = range_named(target.key)) {
        budget_.spend(ranges_[*range].elements.size());
        targets.push_back(ranges_[*range].elements);
      } else if (const auto element = element_named(target.key)) {
        targets.push_back({*element});
      } else {
        diagnostics_.error(
            mapping.location, DiagnosticCode::UnknownSubscript,
            "unknown element '" + target.display + "'" + suggestion(target.display, element_names(*to)));
      }
      if (!targets.empty()) lint_target(target, targets.back(), *to, mapping);
    }
    // One target for each member of the dimension, or a flat list with one for each element.
    std::size_t at = 0;
    for (std::size_t m = 0; m < targets.size(); ++m) {
      if (targets.size() == own.size()) {
        for (const ElementId theirs : targets[m]) table.emplace(theirs, own[m]);
      } else {
        for (const ElementId theirs : targets[m])
          if (at < own.size()) table.emplace(theirs, own[at++]);
      }
    }
  }
}

std::vector<std::string> Dimensions::element_names(RangeId id) const {
  std::vector<std::string> names;
  for (const ElementId element : ranges_[id].elements) names.push_back(elements_[element].display);
  return names;
}

void Dimensions::lint_target(const model::Name& target, const std::vector<ElementId>& elements, RangeId to,
                             const model::Mapping& mapping) {
  const auto& known = ranges_[to].position;
  const bool all = std::all_of(elements.begin(), elements.end(),
                               [&](ElementId element) { return known.contains(element); });
  if (!all)
    diagnostics_.warn(mapping.location, DiagnosticCode::WrongDimensions,
                      "'" + target.display + "' is not all of it in '" + mapping.to.display +
                          "', to which this mapping goes" + suggestion(target.display, element_names(to)));
}

void Dimensions::turn_mappings_around() {
  for (const auto& [key, table] : mappings_) {
    auto& turned = backwards_[key];
    for (const ElementId theirs : ranges_[static_cast<RangeId>(key)].elements)
      if (const auto pair = table.find(theirs); pair != table.end()) turned.try_emplace(pair->second, theirs);
  }
}

std::optional<RangeId> Dimensions::range_named(const std::string& key) const {
  const auto found = range_index_.find(key);
  return found == range_index_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<ElementId> Dimensions::element_named(const std::string& key) const {
  const auto found = element_index_.find(key);
  return found == element_index_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> Dimensions::names() const {
  std::vector<std::string> all;
  for (const auto& dimension : model_.dimensions) all.push_back(dimension.name.display);
  return all;
}

std::vector<std::string> Dimensions::all_names() const {
  auto all = names();
  for (const auto& element : elements_) all.push_back(element.display);
  return all;
}

bool Dimensions::is_unread(const std::string& key) const {
  return std::find(model_.unread.begin(), model_.unread.end(), key) != model_.unread.end();
}

std::optional<ElementId> Dimensions::mapped(RangeId wanted, RangeId by, ElementId bound) const {
  budget_.spend(model_.dimensions.size() / 16);
  // wanted -> X, where X is `by` or a range that has the bound element too.
  for (RangeId to = 0; to < model_.dimensions.size(); ++to) {
    const auto found = mappings_.find(pair_key(wanted, to));
    if (found == mappings_.end()) continue;
    if (to != by && !ranges_[to].position.contains(bound)) continue;
    if (const auto pair = found->second.find(bound); pair != found->second.end()) return pair->second;
  }
  // by (or a range around it) -> wanted, read backwards.
  for (RangeId from = 0; from < model_.dimensions.size(); ++from) {
    const auto found = backwards_.find(pair_key(from, wanted));
    if (found == backwards_.end() || !ranges_[from].position.contains(bound)) continue;
    if (const auto pair = found->second.find(bound); pair != found->second.end()) return pair->second;
  }
  return std::nullopt;
}

RangeId Dimensions::distinct(RangeId id) {
  if (!ranges_[id].repeats) return id;
  std::vector<ElementId> elements;
  std::unordered_set<ElementId> once;
  budget_.spend(ranges_[id].elements.size());
  for (const ElementId element : ranges_[id].elements)
    if (once.insert(element).second) elements.push_back(element);
  return anonymous(std::move(elements));
}

RangeId Dimensions::anonymous(std::vector<ElementId> elements) {
  budget_.spend(elements.size());
  for (RangeId id = static_cast<RangeId>(model_.dimensions.size()); id < ranges_.size(); ++id)
    if (ranges_[id].elements == elements) return id;
  Range made;
  made.elements = std::move(elements);
  made.position = Positions(made.elements);
  ranges_.push_back(std::move(made));
  return static_cast<RangeId>(ranges_.size() - 1);
}

std::optional<RangeId> Dimensions::smallest_with(const std::vector<ElementId>& elements) const {
  std::optional<RangeId> best;
  for (RangeId id = 0; id < model_.dimensions.size(); ++id) {
    budget_.spend();
    if (best && ranges_[*best].elements.size() <= ranges_[id].elements.size()) continue;
    const bool all = std::all_of(elements.begin(), elements.end(),
                                 [&](ElementId e) { return ranges_[id].position.contains(e); });
    budget_.spend(all ? elements.size() : 0);
    if (all) best = id;
  }
  return best;
}

}  // namespace flowyard::controller::compiler
