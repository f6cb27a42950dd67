// Reading the numbers of one reference out of its sheet. Pure.
#pragma once

#include "controller/model/data/files.hpp"

namespace flowyard::controller::model::data {

struct Constants {
  std::vector<std::optional<double>> numbers;  // by element, row-major; nullopt for a cell without one
  std::size_t empty = 0;
  std::string first_empty = {};  // "B5"
};

// `sizes` are those of the ranges on the left-hand side.
Result<Constants> constants_at(const Opened& opened, const ExternalReference& from,
                               const std::vector<std::size_t>& sizes);

// One table for each of `count` elements. Times without a value are left out.
struct Tables {
  std::vector<Lookup> lookups;
  // Cells beside a time that hold a text or an error value (#N/A) and so no number: how many, and the first
  // with what it says. Empty cells are no mistake.
  std::size_t texts = 0;
  std::string first_text = {};
};
Result<Tables> tables_at(const Opened& opened, const ExternalReference& from, std::size_t count);

// The names in the cells from the first to the last, each behind the prefix.
Result<std::vector<Name>> elements_at(const Opened& opened, const ExternalReference& from);

}  // namespace flowyard::controller::model::data
