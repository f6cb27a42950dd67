// Dimensions: elements and ranges of a model, resolved. A range is a dimension or sub-range: an ordered list
// of elements. Elements of equal name are one element, whatever range they stand in. Immutable once made.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "controller/compiler/budget.hpp"
#include "controller/model/diagnostics.hpp"
#include "controller/model/model.hpp"

namespace flowyard::controller::compiler {

using ElementId = std::uint32_t;
using RangeId = std::uint32_t;

// Where each element stands in a list, 0-based. Most lists are elements as they were first met, one after
// another, and need no table.
class Positions {
 public:
  Positions() = default;
  explicit Positions(const std::vector<ElementId>& elements);

  std::optional<std::uint32_t> find(ElementId element) const {
    if (element - first_ < in_sequence_) return element - first_;
    if (others_.empty()) return std::nullopt;
    const auto found = others_.find(element);
    return found == others_.end() ? std::nullopt : std::optional(found->second);
  }
  bool contains(ElementId element) const { return find(element).has_value(); }

 private:
  ElementId first_ = 0;
  std::uint32_t in_sequence_ = 0;
  std::unordered_map<ElementId, std::uint32_t> others_;
};

struct Range {
  model::Name name;
  std::vector<ElementId> elements;
  Positions position;
  bool repeats = false;  // an element stands in it more than once
};

class Dimensions {
 public:
  Dimensions(const model::Model& model, model::Diagnostics& diagnostics, Budget& budget);

  std::optional<RangeId> range_named(const std::string& key) const;
  std::optional<ElementId> element_named(const std::string& key) const;
  const Range& range(RangeId id) const { return ranges_[id]; }
  const model::Name& element(ElementId id) const { return elements_[id]; }
  std::size_t range_count() const { return ranges_.size(); }
  std::vector<std::string> names() const;
  std::vector<std::string> all_names() const;  // and those of the elements
  // Model::unread has it, so that it may be a dimension or an element.
  bool is_unread(const std::string& key) const;

  // The element of `wanted` that stands for element `bound` of range `by`: through a mapping of either
  // range to the other, or because it is the same element.
  std::optional<ElementId> mapped(RangeId wanted, RangeId by, ElementId bound) const;

  // The range without those of its elements that stand in it before: it itself, if each does once.
  RangeId distinct(RangeId id);
  // A range of just these elements, for lists that no range of the model has.
  RangeId anonymous(std::vector<ElementId> elements);
  // The smallest range of the model that has all these elements, in that range's order.
  std::optional<RangeId> smallest_with(const std::vector<ElementId>& elements) const;

 private:
  void resolve(std::size_t index, int depth);
  bool is_mapped(const model::Dimension& dimension) const;
  void resolve_mappings(const model::Dimension& dimension, RangeId from);
  std::vector<std::string> element_names(RangeId id) const;
  void lint_target(const model::Name& target, const std::vector<ElementId>& elements, RangeId to,
                   const model::Mapping& mapping);
  void turn_mappings_around();

  const model::Model& model_;
  model::Diagnostics& diagnostics_;
  Budget& budget_;
  std::vector<model::Name> elements_;
  std::unordered_map<std::string, ElementId> element_index_;
  std::deque<Range> ranges_;  // stays in place while it grows
  std::unordered_map<std::string, RangeId> range_index_;
  bool in_circle_ = false;  // the dimension in work, so that it may lack elements
  std::vector<int> state_;  // while resolving: 0 not begun, 1 in work, 2 done
  // from range, to range -> element of `to` -> element of `from`
  std::unordered_map<std::uint64_t, std::unordered_map<ElementId, ElementId>> mappings_;
  // The same from element of `from` to the first of `to`.
  std::unordered_map<std::uint64_t, std::unordered_map<ElementId, ElementId>> backwards_;
};

}  // namespace flowyard::controller::compiler
