/** What this computer is: processor, memory, disk, GPU. Only user of OSHI. */
@NullMarked
package ai.bearllm.machine;

import org.jspecify.annotations.NullMarked;
