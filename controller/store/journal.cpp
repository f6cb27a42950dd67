// The part of Store that keeps the journal: past events, for watchers that connect later.
#include <nlohmann/json.hpp>

#include "controller/store/rows.hpp"
#include "controller/store/store.hpp"

namespace flowyard::controller::store {
namespace {

// Old entries are dropped in steps, so that the journal cannot grow without bound.
constexpr std::int64_t kKept = 50'000;
constexpr std::int64_t kStep = 1'000;

using Fields = std::map<std::string, experiment::EventValue>;

nlohmann::json to_json(const Fields& fields) {
  auto json = nlohmann::json::object();
  for (const auto& [name, value] : fields)
    std::visit([&json, &name = name](const auto& one) { json[name] = one; }, value);
  return json;
}

Fields fields_from(const std::string& text) {
  Fields fields;
  const auto json = nlohmann::json::parse(text);
  for (const auto& [name, value] : json.items()) {
    if (value.is_number_integer()) {
      fields[name] = value.get<std::int64_t>();
    } else {
      fields[name] = value.get<std::string>();
    }
  }
  return fields;
}

}  // namespace

std::int64_t Store::append(const experiment::JournalEvent& event) {
  Transaction transaction(database_);
  const auto id = add_to_journal(event);
  transaction.commit();
  return id;
}

std::int64_t Store::add_to_journal(const experiment::JournalEvent& event) {
  const auto fields = to_json(event.fields);
  database_.prepare("INSERT INTO journal (time, experiment, type, fields) VALUES (?, ?, ?, ?)")
      .bind(to_row(event.time))
      .bind(event.experiment.value)
      .bind(event.type)
      .bind(fields.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace))
      .run();
  const auto id = database_.last_id();
  if (id % kStep == 0) database_.prepare("DELETE FROM journal WHERE id < ?").bind(id - kKept).run();
  return id;
}

std::vector<experiment::JournalEvent> Store::journal(std::int64_t after, std::optional<ExperimentId> of,
                                                     std::size_t at_most) {
  auto query = database_.prepare(
      "SELECT id, time, experiment, type, fields FROM journal WHERE id > ?1 AND (?2 IS NULL OR experiment = "
      "?2)"
      " ORDER BY id LIMIT ?3");
  query.bind(after);
  of ? query.bind(of->value) : query.bind(std::nullopt);
  query.bind(static_cast<std::int64_t>(at_most));
  std::vector<experiment::JournalEvent> events;
  while (query.step()) {
    events.push_back({.id = query.integer(0),
                      .time = time_from(query, 1),
                      .experiment = {query.integer(2)},
                      .type = query.text(3),
                      .fields = fields_from(query.text(4))});
  }
  return events;
}

std::int64_t Store::last_event() {
  auto query = database_.prepare("SELECT coalesce(max(id), 0) FROM journal");
  query.step();
  return query.integer(0);
}

}  // namespace flowyard::controller::store
