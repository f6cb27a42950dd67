// Symbols: the variables of a model or of one macro, with their axes resolved and for each element the
// equation that defines it. Immutable once made.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "controller/compiler/lower/dimensions.hpp"

namespace flowyard::controller::compiler {

// Values of an expression that is nothing but numbers, row-major; empty if it is more.
std::vector<double> constant_numbers(const model::Expression& expression);

struct Symbol {
  const model::Variable* variable = nullptr;
  std::vector<RangeId> axes;
  std::size_t elements = 1;             // product of the axes
  bool too_large = false;               // reported; it has no elements
  std::size_t first = 0;                // where its elements begin among those of all symbols
  std::vector<std::int32_t> equations;  // by element, row-major; -1: none
  bool is_constant = false;             // all equations are numbers: a parameter
  bool is_lookup = false;
};

class Symbols {
 public:
  Symbols(const std::vector<model::Variable>& variables, Dimensions& dimensions,
          model::Diagnostics& diagnostics, Budget& budget);

  std::optional<std::uint32_t> find(const std::string& key) const;
  const Symbol& at(std::uint32_t index) const { return symbols_[index]; }
  std::size_t size() const { return symbols_.size(); }
  std::size_t element_count() const { return symbols_.empty() ? 0 : after(symbols_.back()); }
  std::vector<std::string> names() const;

  // Element ids of a row-major position, and back; nothing where an element is not on its axis.
  std::vector<ElementId> elements_of(const Symbol& symbol, std::size_t flat) const;
  std::optional<std::size_t> flat_of(const Symbol& symbol, const std::vector<ElementId>& elements) const;
  std::string element_name(const Symbol& symbol, std::size_t flat) const;  // "A1,B2"

  // The elements that one left-hand subscript names.
  std::vector<ElementId> named_elements(const model::Subscript& subscript) const;

 private:
  // A symbol without elements, after an error, still has one position.
  static std::size_t after(const Symbol& symbol) {
    return symbol.first + std::max<std::size_t>(1, symbol.elements);
  }
  void add(const model::Variable& variable);
  std::vector<RangeId> axes_of(const model::Variable& variable);
  RangeId axis_of(const model::Variable& variable, std::size_t position);
  void assign_equations(Symbol& symbol);
  void assign(Symbol& symbol, std::size_t equation);
  struct Overlap {
    std::size_t first = 0;  // of the elements that both equations name
    std::size_t count = 0;
  };
  void check_except(const std::vector<model::Subscript>& list, const Symbol& symbol);
  void report_overlap(const Symbol& symbol, const model::Equation& later, const model::Equation& earlier,
                      const Overlap& overlap);
  std::size_t width(const model::Equation& equation) const;
  void report_unknown(const model::Subscript& subscript);
  bool excepted(const model::Equation& equation, const std::vector<ElementId>& elements) const;

  Dimensions& dimensions_;
  model::Diagnostics& diagnostics_;
  Budget& budget_;
  std::vector<Symbol> symbols_;
  std::unordered_map<std::string, std::uint32_t> index_;
  std::size_t total_elements_ = 0;
  bool full_ = false;
};

}  // namespace flowyard::controller::compiler
