// Ranges: the dimensions of a model as plain lists of elements, and what corresponds to what between them.
// Made once by simplify_arrays(); a plain value.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "controller/model/simplify/stages.hpp"

namespace flowyard::controller::model::simplify {

class Ranges {
 public:
  // Flattens the dimensions of the draft; those that contain themselves are an error.
  explicit Ranges(Draft& draft);

  bool is_range(const std::string& key) const { return elements_.contains(key); }
  const std::vector<Name>& elements(const std::string& key) const { return elements_.at(key); }
  std::optional<std::size_t> position(const std::string& range, const std::string& element) const;

  // The element of range `wanted` that stands for element `element` of range `bound`: itself, or through a
  // mapping either way, or because both ranges have it.
  std::optional<Name> corresponding(const std::string& wanted, const std::string& bound,
                                    const Name& element) const;

  // The smallest range that has all of these.
  std::optional<Name> covering(const std::vector<Name>& all) const;

 private:
  void flatten(Draft& draft, const Dimension& dimension, std::vector<Name>& out, int depth) const;
  std::optional<Name> mapped(const std::string& from, const std::string& to, const Name& element) const;
  std::optional<Name> mapped_back(const std::string& from, const std::string& to, const Name& element) const;

  std::unordered_map<std::string, Dimension> written_;
  std::unordered_map<std::string, std::vector<Name>> elements_;
  std::unordered_map<std::string, std::unordered_map<std::string, std::size_t>> positions_;
  std::vector<Name> order_;
};

}  // namespace flowyard::controller::model::simplify
