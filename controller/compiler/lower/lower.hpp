// Lowerer: equations to graph nodes, one element of one variable at a time, on demand. What is asked for is
// an instance: a variable's element in one mode, or a part of something that remembers (a stock's initial
// value, its rate, a state's next value ...). Instances refer to each other by Ref nodes; nothing recurses
// from one equation into another, so that no chain of equations is too long.
//
// The parts of the class stand in lower.cpp (instances), lower_declarations.cpp, lower_expression.cpp,
// lower_subscripts.cpp, errors.cpp and the functions_*.cpp files.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "controller/compiler/diagnostics.hpp"
#include "controller/compiler/lower/dimensions.hpp"
#include "controller/compiler/lower/graph.hpp"
#include "controller/compiler/lower/ir.hpp"
#include "controller/compiler/lower/scope.hpp"
#include "controller/compiler/lower/symbols.hpp"
#include "controller/compiler/lower/synthesized_state.hpp"
#include "controller/model/model.hpp"

namespace flowyard::controller::compiler {

class Lowerer {
 public:
  Lowerer(const model::Model& model, Dimensions& dimensions, Diagnostics& diagnostics);

  const Symbols& symbols() const { return *scopes_[0].symbols; }

  // What the program's tables ask for.
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

  // Lowers everything asked for so far, and what that asks for.
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

 private:
  using Handler = NodeId (Lowerer::*)(const Expression&, const Context&);
  struct Function {
    int least = 0;
    int most = 0;
    Handler handler = nullptr;
    std::optional<Opcode> plain;  // instead of a handler
  };

  // lower.cpp
  void add_parameters();
  bool fill_parameter(engine::Parameter& parameter, std::uint32_t symbol, std::uint32_t id);
  std::uint32_t add_table(const model::Lookup& lookup, model::SourceLocation location);
  void add_stocks(ScopeId scope);
  InstanceId add_instance(const Instance& instance);
  InstanceId make(Mode mode, std::string name, std::function<NodeId()> how);
  NodeId ref(InstanceId instance) { return graph.leaf(NodeKind::Ref, instance); }
  InstanceId value_instance(ScopeId scope, std::uint32_t symbol, std::size_t flat, Mode mode);
  NodeId value_of(ScopeId scope, std::uint32_t symbol, std::size_t flat, const Context& context);
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
  bool is_input(const model::Name& name, ScopeId scope) const;
  std::optional<std::uint32_t> symbol_in(ScopeId scope, const std::string& key) const;

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

  // errors.cpp
  NodeId wrong(std::string message, model::SourceLocation location);
  // Stands in text that could not be read, so that it may well be defined there.
  bool is_unread(const std::string& key) const;
  // Somewhere within stands such a name.
  bool has_unread(const Expression& e) const;
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
  NodeId lower(const Expression& e, const Context& context);
  NodeId lower_reference(const Expression& e, const Context& context);
  NodeId lower_binary(const Expression& e, const Context& context);
  NodeId lower_call(const Expression& e, const Context& context);
  NodeId lower_builtin_name(const Expression& e, const Context& context);
  NodeId lower_macro(const model::Macro& macro, const Expression& e, const Context& context);
  std::optional<Setting> setting_named(const std::string& key) const;
  double constant_value(const Expression& e, const Context& context, const std::string& because);
  // `because` empty: only to look, without fixing any parameter.
  std::optional<double> known_value(NodeId node, const std::string& because, int depth);
  // Whether it can be told that nothing changes while running.
  bool is_steady(NodeId node, int depth = 0);
  NodeId position_of(RangeId range, ElementId element);
  Context in_mode(const Context& context, Mode mode) const;

  // lower_subscripts.cpp
  struct Index {
    std::optional<ElementId> element;
    NodeId position = 0;  // where no element is known before running
  };
  std::optional<Index> resolve(const model::Subscript& subscript, RangeId axis, const Context& context,
                               const model::Name& of);
  // `dim!` means the element that an aggregation stands at, `dim` the left-hand side's where it has one.
  enum class Prefer { Left, Iterating };
  std::optional<ElementId> bound_element(RangeId wanted, const Context& context,
                                         Prefer prefer = Prefer::Left) const;
  // The range over which axis k of a whole array runs: where two axes are of one dimension, the second runs
  // by itself.
  RangeId axis_range(const Symbol& symbol, std::size_t k);
  // The part of an axis that `first:last` names.
  std::optional<RangeId> slice_of(const model::Subscript& subscript, RangeId axis, const Context& context);
  std::optional<Index> along_left(RangeId part, RangeId axis, const Context& context,
                                  model::SourceLocation location);
  NodeId chosen_by_position(std::vector<NodeId> operands);
  NodeId flat_element(const Expression& e, std::uint32_t symbol, const Context& context);
  NodeId lower_transpose(const Expression& e, const Context& context);
  // Every element of a range in turn, standing for the range on the left-hand side too.
  void for_each_element(RangeId range, const Context& context,
                        const std::function<void(const Context&)>& function);
  std::optional<std::vector<Index>> indices_of(const Expression& e, const Symbol& symbol,
                                               const Context& context);
  // XMILE's arrays, and those of the YAML form: SUM(a) is of all of a, a(n) its n-th element.
  bool names_whole_arrays() const { return model_.dialect != model::Dialect::Vensim; }
  NodeId element_of(ScopeId scope, std::uint32_t symbol, const std::vector<Index>& indices,
                    std::vector<ElementId>& chosen, const Context& context);
  // What an array without subscripts means inside an aggregation: its element at the left-hand side where it
  // has one, or all of it (XMILE's functions of one array).
  enum class Bare { Element, Whole };
  std::vector<RangeId> iterated_ranges(const Expression& e, const Context& context,
                                       Bare bare = Bare::Element);
  void collect_iterated(const Expression& e, const Context& context, Bare bare, std::vector<RangeId>& ranges);
  // The argument's value for each combination of the ranges it leaves open.
  std::vector<NodeId> all_values(const Expression& argument, const Context& context,
                                 Bare bare = Bare::Element);
  void for_each_combination(const std::vector<RangeId>& ranges, const Context& context,
                            const std::function<void(const Context&)>& function);

  // functions_*.cpp
  static const std::unordered_map<std::string, Function>& functions();
  // Of functions that XMILE allows more or fewer arguments of; 0 elsewhere.
  int arguments_in_vensim(const std::string& key) const;
  NodeId op(Opcode code, NodeId a, NodeId b = 0, NodeId c = 0) { return graph.operation(code, a, b, c); }
  NodeId time() { return graph.leaf(NodeKind::Time); }
  NodeId step(const Context& context) { return ref(setting(Setting::Step, context.mode)); }
  NodeId arg(const Expression& e, std::size_t index, const Context& context);
  NodeId arg_or(const Expression& e, std::size_t index, double otherwise, const Context& context);

  NodeId if_then_else(const Expression&, const Context&);
  NodeId log(const Expression&, const Context&);
  NodeId log10(const Expression&, const Context&);
  bool of_arrays(const Expression& e, const Context& context);
  NodeId minimum(const Expression&, const Context&);
  NodeId maximum(const Expression&, const Context&);
  NodeId quantum(const Expression&, const Context&);
  NodeId integer(const Expression&, const Context&);
  NodeId modulo(const Expression&, const Context&);
  NodeId zidz(const Expression&, const Context&);
  NodeId xidz(const Expression&, const Context&);
  NodeId safe_divide(const Expression&, const Context&);
  NodeId pi(const Expression&, const Context&);
  NodeId infinity(const Expression&, const Context&);
  NodeId step_function(const Expression&, const Context&);
  NodeId ramp(const Expression&, const Context&);
  NodeId pulse(const Expression&, const Context&);
  NodeId pulse_train(const Expression&, const Context&);
  NodeId first_argument(const Expression&, const Context&);

  NodeId initial(const Expression&, const Context&);
  NodeId at_start(const Expression& e, std::size_t index, const Context& context);
  NodeId active_initial(const Expression&, const Context&);
  NodeId previous(const Expression&, const Context&);
  NodeId smooth(const Expression&, const Context&);
  NodeId delay(const Expression&, const Context&);
  NodeId delay_n(const Expression&, const Context&);
  NodeId delay_fixed(const Expression&, const Context&);
  NodeId xmile_delay(const Expression&, const Context&);
  NodeId trend(const Expression&, const Context&);
  NodeId forecast(const Expression&, const Context&);
  NodeId sample_if_true(const Expression&, const Context&);
  NodeId npv(const Expression&, const Context&);
  NodeId delay_material(const Expression&, const Context&);
  NodeId delay_with_pipeline(const Expression&, const Context&);
  NodeId depreciate_straightline(const Expression&, const Context&);
  NodeId delay_batch(const Expression&, const Context&);
  NodeId batch_done(const Expression& e, const Context& context);
  NodeId batch_starts(const Expression& e, const Context& context);
  NodeId batch_ends(const Expression& e, const Context& context);
  NodeId batch_backlog(const Expression& e, const Context& context);
  NodeId batch_outflow(const Expression& e, const Context& context);
  NodeId delay_conveyor(const Expression&, const Context&);
  NodeId conveyor_survival(const Expression& e, const Context& context);
  NodeId conveyor_first_content(const Expression& e, const Context& context, std::uint32_t profile);
  NodeId depreciated_period(const Expression& e, const Context& context, int back);
  NodeId shift_if_true(const Expression&, const Context&);
  NodeId average_of(const Expression& e, const Context& context, std::size_t initial_at);
  NodeId pink_noise(const Expression&, const Context&);
  NodeId integral(const Expression&, const Context&);
  NodeId bounded_integral(const Expression&, const Context&);
  NodeId bounded_state(const Expression& e, const Context& context, int part);
  NodeId within_bounds(const Expression& e, const Context& context, NodeId value);
  bool is_not_available(NodeId node) const;

  std::optional<std::uint32_t> table_of(const Expression& e, const Context& context);
  NodeId lookup_call(const Expression& e, const Context& context);
  NodeId lookup_function(const Expression&, const Context&);
  NodeId lookup_area(const Expression&, const Context&);
  NodeId lookup_slope(const Expression&, const Context&);
  NodeId data_bounds(const Expression&, const Context&);
  NodeId data_statistic(const Expression&, const Context&);
  NodeId time_shift(const Expression&, const Context&);
  NodeId cumulate(const Expression&, const Context&);
  // The points shape the program: no run may set them.
  void fix_table(std::uint32_t table, const std::string& because);
  NodeId time_base(const Expression&, const Context&);
  NodeId known_point(std::uint32_t table, NodeId at);
  NodeId data_value(const Symbol& symbol, std::uint32_t table, NodeId at);
  std::uint32_t times_of(std::uint32_t table);
  std::map<std::uint32_t, std::uint32_t> times_tables_;
  std::optional<std::uint32_t> table_at(ScopeId scope, std::uint32_t symbol, std::size_t flat);

  NodeId random(const Expression&, const Context&);
  NodeId random_lookup(const Expression&, const Context&);
  struct Draw;
  NodeId triangular(const Expression& e, const Context& context, NodeId u);
  NodeId draw(const Draw& wanted, std::uint32_t stream);
  std::uint32_t stream_of(const Expression& e, const Context& context);

  NodeId aggregate(const Expression&, const Context&);
  NodeId element_count(const Expression&, const Context&);
  NodeId vector_select(const Expression&, const Context&);
  NodeId vector_elm_map(const Expression&, const Context&);
  NodeId vector_order(const Expression&, const Context&);
  NodeId vector_reorder(const Expression&, const Context&);
  NodeId invert_matrix(const Expression&, const Context&);
  NodeId allocate_available(const Expression&, const Context&);
  NodeId allocate_by_priority(const Expression&, const Context&);
  NodeId find_market_price(const Expression&, const Context&);
  NodeId market_priority(const Expression&, const Context&);
  NodeId allocate_at_priority(const Expression&, const Context&);
  NodeId quantity_at_price(const Expression&, const Context&);
  NodeId vector_lookup(const Expression&, const Context&);
  NodeId s_shape(const Expression&, const Context&);
  NodeId round(const Expression&, const Context&);
  NodeId sign(const Expression&, const Context&);
  NodeId root(const Expression&, const Context&);
  NodeId wave(const Expression&, const Context&);
  NodeId get_time_value(const Expression&, const Context&);

  NodeId percent(const Expression&, const Context&);
  NodeId switch_function(const Expression&, const Context&);
  NodeId is_nan(const Expression&, const Context&);
  NodeId nan(const Expression&, const Context&);
  NodeId arrangements(const Expression&, const Context&);
  NodeId counter(const Expression&, const Context&);
  NodeId compound_growth(const Expression&, const Context&);
  NodeId annuity(const Expression&, const Context&);
  NodeId derivative(const Expression&, const Context&);
  NodeId derivative_of_order(const Expression& e, const Context& context, int order);
  NodeId end_value(const Expression&, const Context&);
  NodeId history(const Expression&, const Context&);
  NodeId lagged_history(const Expression& e, const Context& context);
  NodeId interpolate(const Expression&, const Context&);
  NodeId rank(const Expression&, const Context&);
  template <std::size_t N>
  NodeId polynomial(const double (&coefficients)[N], NodeId x);
  NodeId normal_below(NodeId x);
  NodeId normal_between(const Expression&, const Context&);
  NodeId inverse_normal(const Expression&, const Context&);
  NodeId lookup_mean(const Expression&, const Context&);
  struct Selected {
    NodeId selection;
    NodeId value;
  };
  NodeId selected_aggregate(const std::vector<Selected>& all, int action);
  std::optional<RangeId> vector_range(const Expression& e, const Context& context) const;
  std::vector<NodeId> vector_values(const Expression& e, const Context& context, std::size_t& own);
  std::vector<NodeId> values_from(const Expression& e, RangeId range, const Context& context);
  std::vector<NodeId> profile_at(Expression reference, const Symbol& symbol, const Context& context);
  std::vector<NodeId> profile_values(const Expression& e, const Expression& along, const Context& context);
  NodeId at_position(NodeId position, const std::vector<NodeId>& values);
  NodeId block_at(Opcode opcode, std::vector<NodeId> operands, std::size_t count, std::size_t which);

  // Things that remember.
  CallSite key_of(const Expression& location, const Context& context, int part) const;
  // The value of a synthesized stock in the context's mode.
  NodeId synthesized_stock(const Expression& location, const Context& context, int part, Maker initial,
                           Maker rate);
  NodeId synthesized_state(const Expression& location, const Context& context, int part, Maker initial,
                           Maker next);
  NodeId sample_state(const Expression& e, const Context& context);
  NodeId smooth_stage(const Expression& e, const Context& context, int stage, int order,
                      const Maker& initial);
  NodeId delay_outflow(const Expression& e, const Context& context, const DelayStage& stage);
  NodeId delay_stage_time(const Expression& e, const Context& context, const DelayStage& stage);
  NodeId time_some_steps_ago(const Expression& e, const Context& context, int steps);
  NodeId synthesized_line(const Expression& location, const Context& context, int part,
                          const SynthesizedLine& line);
  NodeId delay_line(const Expression& e, const Context& context, std::size_t initial_at);
  int order_of(const Expression& e, std::size_t at, const Context& context);
  int order_within_steps(const Expression& e, int order, const Context& context);
  std::map<CallSite, std::uint32_t> synthesized_stocks_;
  std::map<CallSite, std::uint32_t> synthesized_states_;
  std::map<CallSite, std::uint32_t> delay_lines_;
  std::map<CallSite, std::uint32_t> shifts_;
  std::map<CallSite, std::uint32_t> captured_;
  std::map<CallSite, std::uint32_t> stream_index_;
  std::unordered_map<std::uint64_t, std::uint64_t> streams_of_owner_;

  // outcomes.cpp
  std::optional<NodeId> lower_reduction(const Expression& e);

  const model::Model& model_;
  Dimensions& dimensions_;
  Diagnostics& diagnostics_;
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
};

}  // namespace flowyard::controller::compiler
