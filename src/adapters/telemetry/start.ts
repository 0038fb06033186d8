import { BatchSpanProcessor, SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { TelemetrySettings } from '../../settings';
import { useTracing } from './current';
import { exportingHarmless } from './harmless';
import { openTracing } from './tracing';

/** Each exporter is loaded where it is asked for. */
export function startTelemetry(settings: TelemetrySettings): void {
  const exporters = [
    ...(settings.connectionString === undefined ? [] : [azureMonitor(settings.connectionString, settings.clientId)]),
    ...(settings.otlp ? [otlp()] : []),
  ];
  const processors = exporters.map((exporter) => new BatchSpanProcessor(exportingHarmless(exporter)));
  useTracing(openTracing(processors, settings.serviceName));
}

/* eslint-disable @typescript-eslint/no-require-imports -- at their first use, and at load nothing can be waited for */
function azureMonitor(connectionString: string, clientId: string | undefined): SpanExporter {
  const { AzureMonitorTraceExporter } =
    require('@azure/monitor-opentelemetry-exporter') as typeof import('@azure/monitor-opentelemetry-exporter');
  if (clientId === undefined) return new AzureMonitorTraceExporter({ connectionString });
  const { ManagedIdentityCredential } = require('@azure/identity') as typeof import('@azure/identity');
  return new AzureMonitorTraceExporter({ connectionString, credential: new ManagedIdentityCredential({ clientId }) });
}

/** It reads OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_HEADERS itself, as every program with OpenTelemetry does. */
function otlp(): SpanExporter {
  const { OTLPTraceExporter } =
    require('@opentelemetry/exporter-trace-otlp-http') as typeof import('@opentelemetry/exporter-trace-otlp-http');
  return new OTLPTraceExporter();
}
