/** DuckDB behind a side lock: leases, migrations, queries, journals. Only user of {@code java.sql}; knows no business type. */
@NullMarked
package ai.bearllm.store;

import org.jspecify.annotations.NullMarked;
