// Builtins: the functions that models may call. One row defines a function: its name, its number of arguments
// in each dialect, its unit rule, its lint rules, its documentation, and its lowering. Each file of this
// folder has the rows of its functions at its end; to add one is a row, and where no opcode does it a
// function beside it.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "controller/compiler/lower/graph.hpp"
#include "controller/compiler/lower/scope.hpp"
#include "controller/model/units/unit_rules.hpp"

namespace flowyard::controller::compiler {

class LowerContext;

// What a number written as an argument should be.
enum class ArgumentRule : std::uint8_t { NotAboveNext, NotNegative, AboveZero, Share };
struct ArgumentLint {
  std::size_t argument = 0;  // counted from 0
  ArgumentRule rule = ArgumentRule::NotNegative;
  const char* what = "";  // "its delay time"
};

// The sections of docs/models.md, in the order of that page.
enum class Section : std::uint8_t { Arithmetic, Inputs, Start, Delays, Tables, Random, Arrays };
struct Documentation {
  Section section = Section::Arithmetic;
  std::string_view row;  // the cells of the section's table: "`ABS(x)` | as in mathematics | V"
};

inline constexpr int kAnyNumber = 1000;  // of arguments

struct Builtin {
  // The value of a call in the mode, and for the elements, of the context.
  using Lower = NodeId (*)(LowerContext& lowering, const Expression& call, const Context& context);

  std::string_view name;              // by key (model/name.hpp): "if_then_else"
  int least = 0;                      // arguments
  int most = 0;                       // or kAnyNumber
  int in_vensim = 0;                  // exactly so many there; 0: as elsewhere
  std::optional<Opcode> opcode = {};  // what it is lowered to, or
  Lower lower = nullptr;
  std::optional<model::UnitRule> units = {};  // none: its units are not checked
  std::vector<ArgumentLint> lint = {};
  std::vector<Documentation> docs = {};  // none: documented in another row
};
using Builtins = std::vector<Builtin>;

Builtins allocation_builtins();
Builtins arithmetic_builtins();
Builtins arrays_builtins();
Builtins batches_builtins();
Builtins delays_builtins();
Builtins inputs_builtins();
Builtins lookup_builtins();
Builtins memory_builtins();
Builtins normal_builtins();
Builtins pipes_builtins();
Builtins random_builtins();
Builtins random_shape_builtins();
Builtins stella_builtins();
Builtins vectors_builtins();

// All rows, file by file.
std::span<const Builtin> all_builtins();
// nullptr: there is no such function.
const Builtin* find_builtin(std::string_view key);
// For model::check_units.
const model::UnitRule* find_unit_rule(std::string_view key);

}  // namespace flowyard::controller::compiler
