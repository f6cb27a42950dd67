// What takes a store back to where it was before overrides stood in the texts of its experiments, but for its
// version: statements of SQL.
#pragma once

namespace flowyard::test {

inline constexpr const char* kBeforeOverrides =
    "DROP INDEX chunks_by_worker; ALTER TABLE experiments DROP COLUMN overrides;"
    "ALTER TABLE experiments DROP COLUMN pause_wanted; ALTER TABLE experiments DROP COLUMN round;"
    "ALTER TABLE experiments DROP COLUMN resumed; DROP TRIGGER IF EXISTS count_failure_deleted;"
    "ALTER TABLE experiments ADD COLUMN seed INTEGER;"
    "ALTER TABLE experiments ADD COLUMN isolation TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE experiments ADD COLUMN workers INTEGER;"
    "ALTER TABLE experiments ADD COLUMN only_first INTEGER;"
    "ALTER TABLE experiments ADD COLUMN only_count INTEGER; DROP TABLE access_tokens; DROP TABLE "
    "failed_chunks; DROP TABLE forgotten; DROP TABLE result_files; DROP TABLE file_contents;"
    "ALTER TABLE counters DROP COLUMN file_bytes;"
    "ALTER TABLE experiments DROP COLUMN image; ALTER TABLE experiments DROP COLUMN image_ran;"
    "ALTER TABLE experiments DROP COLUMN needs_login; DROP TABLE spending;";

}  // namespace flowyard::test
