import { stringify } from "yaml";

/** Id by which dashboards name the data source. */
export const dataSourceUid = "prometheus";

/** The data source that Grafana finds when it starts. */
export const dataSource = (url: string): string =>
  stringify({
    apiVersion: 1,
    datasources: [
      {
        name: "Prometheus",
        uid: dataSourceUid,
        type: "prometheus",
        access: "proxy",
        url,
        isDefault: true,
        editable: false,
        jsonData: { httpMethod: "POST", timeInterval: "15s" },
      },
    ],
  });

/** Where Grafana finds dashboards; what is changed in the browser is not kept. */
export const dashboardProvider = (path: string): string =>
  stringify({
    apiVersion: 1,
    providers: [
      {
        name: "platform",
        type: "file",
        allowUiUpdates: false,
        disableDeletion: true,
        options: { path },
      },
    ],
  });
