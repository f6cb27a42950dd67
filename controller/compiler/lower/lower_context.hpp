// LowerContext: equations to graph nodes, one element of one variable at a time, on demand. A request is for
// an instance: a variable's element in one mode, or a part of something with state (a stock's initial value,
// its rate, a state's next value ...). Instances refer to each other by Ref nodes; there is no recursion from
// one equation into another, so that chains of equations may have any length.
//
// Its parts stand in lower_context.cpp (instances), data_equations.cpp, declarations.cpp, expression.cpp,
// subscripts.cpp, lookups.cpp, memory.cpp, material_stocks.cpp, non_negative.cpp, outcomes.cpp and
// problems.cpp; the functions that models call are free functions over it (builtins/).
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "controller/compiler/lower/dimensions.hpp"
#include "controller/compiler/lower/graph.hpp"
#include "controller/compiler/lower/ir.hpp"
#include "controller/compiler/lower/scope.hpp"
#include "controller/compiler/lower/symbols.hpp"
#include "controller/compiler/lower/synthesized_state.hpp"
#include "controller/model/diagnostics.hpp"
#include "controller/model/model.hpp"

namespace flowyard::controller::compiler {

struct Builtin;

class LowerContext {
 public:
  LowerContext(const model::Model& model, Dimensions& dimensions, model::Diagnostics& diagnostics,
               Budget& budget);
  LowerContext(const LowerContext&) = delete;  // expressions that wait to be lowered refer to it

  const Symbols& symbols() const { return *scopes_[0].symbols; }

  // The requests of the program's tables.
  InstanceId setting(Setting which, Mode mode);
  InstanceId value(std::uint32_t symbol, std::size_t flat, Mode mode = Mode::Step);
  // The finishing expression of an outcome, over reductions that are added to `reductions`.
  InstanceId outcome(const Expression& expression, const std::string& name);
  // The symbol and elements that a request for a series names.
  struct Selection {
    std::uint32_t symbol = 0;
    std::vector<std::size_t> flats;
    std::optional<Setting> setting;  // instead: INITIAL TIME and its like, where no variable has that name
  };
  std::optional<Selection> select(const Expression& left_hand_side);

  // Lowers everything requested so far, with all that it depends on.
  void run();

  Graph graph;
  std::deque<Instance> instances;  // stays in place while it grows
  std::vector<engine::Parameter> parameters;
  std::vector<StockItem> stocks;
  std::vector<StateItem> states;
  std::vector<DelayItem> delays;
  std::vector<ShiftItem> shifts;
  std::vector<ConveyorItem> conveyors;
  std::vector<QueueItem> queues;
  std::vector<InstanceId> captured;
  std::vector<engine::Table> tables;
  std::vector<std::uint32_t> table_parameter;  // by table; ~0: none
  std::vector<double> xs;
  std::vector<double> ys;
  std::vector<std::uint64_t> streams;
  std::vector<ReductionItem> reductions;

  std::string name_of(const Instance& instance) const;
  model::SourceLocation location_of(const Instance& instance) const;

  // --- for the lowering of functions (builtins/)

  const model::Model& source() const { return model_; }
  Dimensions& dimensions() { return dimensions_; }
  Budget& budget() { return budget_; }
  const std::deque<Scope>& scopes() const { return scopes_; }

  // A call's arguments, and what is made of them.
  NodeId op(Opcode code, NodeId a, NodeId b = 0, NodeId c = 0) { return graph.operation(code, a, b, c); }
  NodeId time() { return graph.leaf(NodeKind::Time); }
  NodeId step(const Context& context) { return ref(setting(Setting::Step, context.mode)); }
  NodeId arg(const Expression& e, std::size_t index, const Context& context);
  NodeId arg_or(const Expression& e, std::size_t index, double otherwise, const Context& context);
  NodeId lower(const Expression& e, const Context& context);
  NodeId lower_reference(const Expression& e, const Context& context);
  NodeId ref(InstanceId instance) { return graph.leaf(NodeKind::Ref, instance); }

  // What is known before running.
  double constant_value(const Expression& e, const Context& context, const std::string& because);
  // `because` empty: only to look, without fixing any parameter.
  std::optional<double> known_value(NodeId node, const std::string& because, int depth);
  // Whether it is known not to change while running.
  bool is_steady(NodeId node, int depth = 0);

  // Error reports; the returned value is a placeholder.
  NodeId wrong(DiagnosticCode what, std::string message, model::SourceLocation location);
  // Whether the tree contains such a name.
  bool has_unread(const Expression& e) const;

  // Arrays.
  struct Index {
    std::optional<ElementId> element;
    NodeId position = 0;  // where no element is known before running
  };
  // `dim!` means the element that an aggregation stands at, `dim` the left-hand side's where it has one.
  enum class Prefer { Left, Iterating };
  // What an array without subscripts means inside an aggregation: its element at the left-hand side where it
  // has one, or all of it (XMILE's functions of one array).
  enum class Bare { Element, Whole };
  // XMILE's arrays, and those of the YAML form: SUM(a) is of all of a, a(n) its n-th element.
  bool names_whole_arrays() const { return model_.dialect != model::Dialect::Vensim; }
  std::vector<RangeId> iterated_ranges(const Expression& e, const Context& context,
                                       Bare bare = Bare::Element);
  // The argument's value for each combination of the ranges it leaves open.
  std::vector<NodeId> all_values(const Expression& argument, const Context& context,
                                 Bare bare = Bare::Element);
  // Every element of a range in turn, standing for the range on the left-hand side too.
  void for_each_element(RangeId range, const Context& context,
                        const std::function<void(const Context&)>& function);
  void for_each_combination(const std::vector<RangeId>& ranges, const Context& context,
                            const std::function<void(const Context&)>& function);
  std::optional<ElementId> bound_element(RangeId wanted, const Context& context,
                                         Prefer prefer = Prefer::Left) const;
  std::optional<std::vector<Index>> indices_of(const Expression& e, const Symbol& symbol,
                                               const Context& context);

  // Variables.
  std::optional<std::uint32_t> symbol_in(ScopeId scope, const std::string& key) const;
  NodeId value_of(ScopeId scope, std::uint32_t symbol, std::size_t flat, const Context& context);
  Context in_mode(const Context& context, Mode mode) const;

  // Tables.
  std::optional<std::uint32_t> table_of(const Expression& e, const Context& context);
  std::uint32_t add_table(const model::Lookup& lookup, model::SourceLocation location);
  // The points shape the program: no run may set them.
  void fix_table(std::uint32_t table, const std::string& because);
  NodeId known_point(std::uint32_t table, NodeId at);
  NodeId data_value(const Symbol& symbol, std::uint32_t table, NodeId at);

  // Things that remember.
  // Things that remember.
  CallSite key_of(const Expression& location, const Context& context, int part) const;
  InstanceId make(Mode mode, std::string name, std::function<NodeId()> how);
  NodeId at_start(const Expression& e, std::size_t index, const Context& context);
  // The value of a synthesized stock in the context's mode.
  NodeId synthesized_stock(const Expression& location, const Context& context, int part, Maker initial,
                           Maker rate);
  NodeId synthesized_state(const Expression& location, const Context& context, int part, Maker initial,
                           Maker next);
  NodeId sample_state(const Expression& e, const Context& context);
  NodeId synthesized_line(const Expression& location, const Context& context, int part,
                          const SynthesizedLine& line);
  CallMemory memory;

 private:
  // lower_context.cpp
  void add_parameters();
  bool fill_parameter(engine::Parameter& parameter, std::uint32_t symbol, std::uint32_t id);
  void add_stocks(ScopeId scope);
  InstanceId add_instance(const Instance& instance);
  InstanceId value_instance(ScopeId scope, std::uint32_t symbol, std::size_t flat, Mode mode);
  NodeId lower_instance(const Instance& instance);
  std::deque<DeferredNode> deferred_;
  NodeId lower_equation(ScopeId scope, std::uint32_t symbol, std::size_t flat, Mode mode);
  Context context_of(ScopeId scope, const Symbol& symbol, std::size_t flat, Mode mode) const;
  std::size_t position_in_equation(const Symbol& symbol, std::size_t flat) const;
  NodeId stock_initial(const Instance& instance);
  NodeId stock_rate(const Instance& instance);
  NodeId inflow_sum(const std::vector<model::FlowName>& flows, const Context& context,
                    model::SourceLocation location);
  NodeId flow_sum(const std::vector<model::FlowName>& flows, const Context& context,
                  model::SourceLocation location, bool inflow);
  NodeId flow_into(std::uint32_t flow, const model::Name& name, const Context& context,
                   model::SourceLocation location);
  bool is_input(const model::Name& name, ScopeId scope) const;

  // material_stocks.cpp
  void add_material_stock(ScopeId scope, std::uint32_t symbol);
  void check_material_stocks(ScopeId scope);
  void add_conveyor(std::uint32_t number, std::size_t flat);
  void add_queue(std::uint32_t number, std::size_t flat);
  const model::Conveyor& conveyor_of(const MaterialStock& material_stock) const;
  Context stock_context(const MaterialStock& material_stock, std::size_t flat, Mode mode) const;
  NodeId optional_part(const Expression& e, const Context& context, double otherwise);
  std::optional<std::size_t> flat_in(ScopeId scope, std::uint32_t to, std::uint32_t from, std::size_t flat);
  NodeId leak_fraction(std::uint32_t number, std::uint32_t flow, std::size_t flat, Mode mode);
  NodeId conveyor_flow(std::uint32_t number, std::size_t flat, std::uint32_t position, Mode mode);
  NodeId conveyor_room(std::uint32_t number, std::size_t flat, const Context& mode_of);
  NodeId taken_in(std::uint32_t number, std::size_t flat, const Context& context);
  NodeId room_left(const Role& role, std::size_t flat, const Context& context);
  NodeId admitted(const Role& role, std::uint32_t flow, std::size_t flat, NodeId wanted,
                  const Context& context);
  NodeId queue_flow(std::uint32_t number, std::size_t flat, std::uint32_t position, Mode mode);
  std::optional<NodeId> driven_flow(ScopeId scope, std::uint32_t flow, std::size_t flat, Mode mode);
  std::deque<MaterialStock> material_stocks_;
  std::map<std::pair<ScopeId, std::uint32_t>, Role> driven_;    // flows by scope and symbol
  std::map<std::pair<ScopeId, std::uint32_t>, Role> admitted_;  // into a conveyor or queue

  // non_negative.cpp
  struct Reservoir {
    struct Element {
      std::vector<std::pair<std::uint32_t, std::size_t>> outflows;  // flow and its element, by priority
      std::map<std::pair<std::uint32_t, std::size_t>, std::size_t> positions;
      std::vector<InstanceId> rooms;  // by position
    };
    ScopeId scope = 0;
    std::uint32_t symbol = 0;
    std::vector<std::uint32_t> flows = {};  // outflows; by priority where `ordered`
    bool ordered = false;
    std::optional<std::vector<model::FlowName>> inflows = {};
    std::map<std::size_t, Element> elements = {};  // of the stock
  };
  enum class Through { Equations, Everything };
  void add_reservoirs(ScopeId scope);
  std::optional<std::vector<int>> flow_axes(const Symbol& stock, const Symbol& flow) const;
  std::vector<std::size_t> agreeing(const Symbol& to, const std::vector<int>& axes,
                                    const std::vector<ElementId>& of);
  void add_read_now(const Expression& e, ScopeId scope, std::vector<std::uint32_t>& found) const;
  std::vector<std::uint32_t> read_now(ScopeId scope, std::uint32_t symbol, Through through);
  bool reads_now(ScopeId scope, std::uint32_t from, std::uint32_t to, Through through);
  Reservoir& in_order(std::uint32_t number);
  const std::vector<model::FlowName>& counted_inflows(Reservoir& reservoir);
  Reservoir::Element& outflows_of(Reservoir& reservoir, std::size_t flat);
  InstanceId room_for(std::uint32_t number, std::size_t flat, std::size_t position);
  NodeId held_back(ScopeId scope, std::uint32_t flow, std::size_t flat, NodeId wanted, Mode mode);
  std::deque<Reservoir> reservoirs_;
  std::map<std::pair<ScopeId, std::uint32_t>, std::vector<std::uint32_t>> held_back_;  // flows

  // errors.cpp
  // Stands in text that could not be read, so that it may well be defined there.
  bool is_unread(const std::string& key) const;
  std::string near_names(const std::string& name, const Context& context) const;
  void name_unknowns(const Expression& e, const Context& context);
  std::vector<std::string> known_names(const Context& context) const;
  void check_count(const Symbol& symbol, std::size_t numbers, const model::Equation& equation);
  // Why an element that a subscript names is none of the axis.
  NodeId not_in_axis(const model::Subscript& subscript, ElementId element, RangeId axis,
                     const model::Name& of);
  NodeId needs_subscripts(const Expression& e, const Symbol& symbol);
  NodeId no_such_function(const Expression& e);

  // lower_expression.cpp
  NodeId lower_binary(const Expression& e, const Context& context);
  NodeId lower_call(const Expression& e, const Context& context);
  NodeId lower_builtin(const Builtin& builtin, const Expression& e, const Context& context);
  NodeId lower_builtin_name(const Expression& e, const Context& context);
  NodeId lower_macro(const model::Macro& macro, const Expression& e, const Context& context);
  std::optional<Setting> setting_named(const std::string& key) const;
  NodeId position_of(RangeId range, ElementId element);

  // lower_subscripts.cpp
  std::optional<Index> resolve(const model::Subscript& subscript, RangeId axis, const Context& context,
                               const model::Name& of);
  // The range over which axis k of a whole array runs: where two axes are of one dimension, the second runs
  // by itself.
  RangeId axis_range(const Symbol& symbol, std::size_t k);
  bool shares_bindings(const Symbol& symbol, const Context& context) const;
  // The part of an axis that `first:last` names.
  std::optional<RangeId> slice_of(const model::Subscript& subscript, RangeId axis, const Context& context);
  std::optional<Index> along_left(RangeId part, RangeId axis, const Context& context,
                                  model::SourceLocation location);
  NodeId chosen_by_position(std::vector<NodeId> operands);
  NodeId flat_element(const Expression& e, std::uint32_t symbol, const Context& context);
  NodeId lower_transpose(const Expression& e, const Context& context);
  NodeId element_of(ScopeId scope, std::uint32_t symbol, const std::vector<Index>& indices,
                    std::vector<ElementId>& chosen, const Context& context);
  void collect_iterated(const Expression& e, const Context& context, Bare bare, std::vector<RangeId>& ranges);

  NodeId lookup_call(const Expression& e, const Context& context);
  std::uint32_t times_of(std::uint32_t table);
  std::optional<std::uint32_t> table_at(ScopeId scope, std::uint32_t symbol, std::size_t flat);

  // data_equations.cpp
  bool gather_times(NodeId node, std::set<double>& times, std::unordered_map<NodeId, bool>& done, int depth);
  bool gather_times_within(NodeId node, std::set<double>& times, std::unordered_map<NodeId, bool>& done,
                           int depth);
  double value_at(NodeId node, double time, const std::string& because,
                  std::unordered_map<NodeId, double>& known);
  std::optional<std::uint32_t> computed_table(ScopeId scope, std::uint32_t symbol, std::size_t flat);
  NodeId before_start(NodeId node);
  bool looking_at_start_ = false;
  std::set<std::uint32_t> data_tables_;  // tables of data variables
  std::map<std::tuple<ScopeId, std::uint32_t, std::uint32_t>, std::uint32_t> computed_tables_;

  // outcomes.cpp
  std::optional<NodeId> lower_reduction(const Expression& e);

  const model::Model& model_;
  Dimensions& dimensions_;
  model::Diagnostics& diagnostics_;
  Budget& budget_;
  std::deque<Symbols> symbol_tables_;
  std::map<std::string, std::pair<const model::Macro*, const Symbols*>> macros_;
  std::deque<Scope> scopes_;
  std::map<CallSite, ScopeId> macro_scopes_;
  static constexpr std::uint32_t kNoIndex = ~std::uint32_t{0};
  std::vector<std::uint32_t> parameter_of_;  // by symbol of scope 0, or kNoIndex
  std::map<std::tuple<ScopeId, std::uint32_t, std::uint32_t>, std::uint32_t> table_index_;
  std::map<const model::Lookup*, std::uint32_t> literal_tables_;
  std::map<std::pair<Setting, Mode>, InstanceId> settings_;
  std::unordered_map<std::string, Setting> setting_names_;
  std::size_t next_instance_ = 0;  // of those to be lowered
  int depth_ = 0;
  int out_of_turn_ = 0;  // instances lowered while another is
};

}  // namespace flowyard::controller::compiler
